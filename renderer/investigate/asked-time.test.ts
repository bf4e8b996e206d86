import { expect, test } from 'vitest';
import { AskedTime } from './asked-time.svelte';

const hourMs = 3_600_000;

function makeTime(dataRange: { firstMs: number; lastMs: number } | null) {
  const asked: unknown[] = [];
  const time = new AskedTime(
    { startMs: null, endMs: null },
    dataRange && { logGroups: ['edge'], dataRange },
    async () => {
      asked.push(time.question);
    },
  );
  return { time, asked };
}

test('every change asks anew, and back goes through the ranges before, then to the whole', async () => {
  const { time, asked } = makeTime({ firstMs: 0, lastMs: 6 * hourMs - 1 });
  await time.goTo({ startMs: hourMs, endMs: 2 * hourMs });
  await time.shift(1);
  await time.goBack();
  await time.goBack();
  await time.goBack();
  await time.askPeriod(300);
  const whole = { startMs: null, endMs: null };
  const first = { startMs: hourMs, endMs: 2 * hourMs };
  expect(asked).toEqual([
    { range: first, periodSeconds: null },
    { range: { startMs: 2 * hourMs, endMs: 3 * hourMs }, periodSeconds: null },
    { range: first, periodSeconds: null },
    { range: whole, periodSeconds: null },
    { range: whole, periodSeconds: null },
    { range: whole, periodSeconds: 300 },
  ]);
});

test('a dragged span grows to whole periods, and the period suits the range until one is chosen', async () => {
  const { time } = makeTime({ firstMs: 0, lastMs: 6 * hourMs - 1 });
  expect([time.span, time.periodSeconds]).toEqual([{ startMs: 0, endMs: 6 * hourMs }, 300]);
  await time.zoomTo({ startMs: 310_000, endMs: 890_000 });
  expect(time.question.range).toEqual({ startMs: 300_000, endMs: 900_000 });
});

test('without a time in the logs there is nothing to shift', async () => {
  const { time, asked } = makeTime(null);
  await time.shift(1);
  expect([time.span, time.periodSeconds, asked]).toEqual([null, 60, []]);
});
