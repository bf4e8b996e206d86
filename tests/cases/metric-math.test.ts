import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { evaluateExpressions, parseExpressions } from '../../electron/engine/metrics/evaluate';

/**
 * A file holds cases: `on` are series over the same periods of a minute, null where a point is missing; `expression` (ID e1, or
 * several) gives the last one's series, or problems. Every result was worked out by hand.
 */
type Case = {
  name: string;
  on?: Record<string, (number | null)[]>;
  periods?: number;
  expression: string | Record<string, string>;
  gives?: (number | null)[];
  givesEach?: (number | null)[][];
  problems?: string[];
};

const directory = join(__dirname, 'metric-math');

describe.each(readdirSync(directory))('%s', (file) => {
  const cases = JSON.parse(readFileSync(join(directory, file), 'utf8')) as Case[];
  test.each(cases)('$name', ({ on = {}, periods, expression, gives, givesEach, problems = [] }) => {
    const known = new Map(Object.entries(on).map(([id, points]) => [id, points.map((point) => point ?? Number.NaN)]));
    const count = periods ?? Object.values(on)[0]?.length ?? 3;
    const grid = { startMs: Array.from({ length: count }, (_, index) => index * 60_000), periodSeconds: 60 };
    const written = typeof expression === 'string' ? { e1: expression } : expression;
    const expressions = Object.entries(written).map(([id, text]) => ({ id, expression: text }));
    const { parsed, problems: unread } = parseExpressions(expressions);
    const { results, problems: unsolved } = evaluateExpressions(parsed, { grid, known, read: () => [] });
    const said = [...unread, ...unsolved].map((one) =>
      [`${one.place}:`, one.message, one.hint].filter(Boolean).join(' '),
    );
    expect(said).toEqual(problems);
    if (problems.length > 0) return;
    const series = results[results.length - 1]?.series.map((points) =>
      points.map((point) => (Number.isNaN(point) ? null : Number(point.toPrecision(12)))),
    );
    expect(series).toEqual(givesEach ?? [gives]);
  });
});
