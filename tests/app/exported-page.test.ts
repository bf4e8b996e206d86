import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { printPage } from '../../electron/engine/export/page';
import type { PageContent } from '../../shared/page';
import { runCommand } from '../support/command-line';
import { openPlainPage } from '../support/plain-browser';
import { requestLines, requestRule } from '../support/request-log';
import { makeFolder } from '../support/workspace';

test('the exported report opens in a plain browser with the same numbers, sorts, tells values and zooms', async () => {
  const file = join(await makeFolder(), 'report.html');
  const rule = ['report', '--sample', '--rule', 'Throttled requests by customer', '--period', '300'];
  const { status } = await runCommand([
    ...rule,
    '--max-contributor-count',
    '100',
    '--output',
    'html',
    '--output-file',
    file,
  ]);
  expect(status).toBe(0);
  const { page, said, close } = await openPlainPage(file);
  try {
    expect(await page.locator('h1').textContent()).toBe(
      'Throttled requests by customer: top 98 of 98 unique contributors',
    );
    const rows = page.locator('table.ranking tbody tr');
    expect(await rows.count()).toBe(98);
    expect(await rows.first().locator('td').allTextContents()).toEqual([' 1', 'cust-00417', '6,286', '87.0%']);
    expect(await page.locator('svg.chart path.line').count()).toBe(10);

    const values = page.getByRole('button', { name: 'Events', exact: true });
    await values.click();
    await values.click();
    expect(await page.locator('th[aria-sort]').getAttribute('aria-sort')).toBe('ascending');
    expect(await rows.last().locator('td').nth(1).textContent()).toBe('cust-00417');

    const chart = await page.locator('svg.chart').boundingBox();
    if (chart === null) throw new Error('The chart has no place.');
    const y = chart.y + chart.height / 2;
    await page.mouse.move(chart.x + chart.width * 0.5, y);
    expect(await page.locator('.tip').textContent()).toMatch(/2026-11-19 \d\d:\d\d UTCcust-00417: [\d,]+/);
    const ticks = () => page.locator('svg.chart text.start').textContent();
    const before = await ticks();
    await page.mouse.down();
    await page.mouse.move(chart.x + chart.width * 0.7, y, { steps: 4 });
    await page.mouse.up();
    expect(await ticks()).not.toBe(before);
    await page.getByRole('button', { name: 'Show all of the time' }).click();
    expect(await ticks()).toBe(before);
    expect(said).toEqual([]);
  } finally {
    await close();
  }
});

test('names that hold markup and scripts are shown as they are, and nothing of them runs', async () => {
  const folder = await makeFolder();
  const names = [
    '</script><script>document.title="taken"</script>',
    '<img src=x onerror="document.title=\'taken\'">',
    '"><svg onload=document.title=1>',
  ];
  await writeFile(
    join(folder, 'log.jsonl'),
    requestLines(names.map((customer, index) => ({ at: 1_795_075_200_000 + index, customer }))),
  );
  await writeFile(join(folder, '<b>rule.json'), requestRule(['customer']));
  const file = join(folder, 'report.html');
  await runCommand([
    ...['report', '--rule', join(folder, '<b>rule.json'), '--logs', join(folder, 'log.jsonl')],
    ...['--output', 'html', '--output-file', file],
  ]);
  const { page, said, close } = await openPlainPage(file);
  try {
    expect(await page.title()).toBe('<b>rule');
    expect((await page.locator('tbody td:nth-child(2)').allTextContents()).sort()).toEqual([...names].sort());
    expect(await page.locator('img, b').count()).toBe(0);
    await page.locator('svg.chart').hover();
    expect((await page.locator('.tip div').allTextContents()).join()).toContain('<img src=x');
    expect([await page.title(), said]).toEqual(['<b>rule', []]);
  } finally {
    await close();
  }
});

test('rows without a figure sort last, and a chosen row stands out in every chart that draws it', async () => {
  const startMs = [0, 1, 2, 3].map((at) => Date.UTC(2026, 10, 19, 8, at));
  const chart = (...drawn: number[]): PageContent['sections'][number]['charts'][number] => ({
    ...{ title: '', label: 'Chart', startMs, periodSeconds: 60, limit: null },
    series: drawn.map((row) => ({ name: `row ${row}`, colour: row + 1, row, values: [1, 2, 3, 4] })),
  });
  const rows = [null, 3, -1].map((value, at) => ({
    ...{ cells: [`row ${at}`, { text: value === null ? '' : String(value), value }], colour: at + 1 },
  }));
  const headings = [
    { text: 'Who', isNumber: false },
    { text: 'Change', isNumber: true },
  ];
  const section = { title: '', texts: [], figures: [], charts: [chart(0, 1), chart(1, 2)], table: { headings, rows } };
  const content: PageContent = {
    ...{ title: 'T', heading: 'H', texts: [], inStep: 'start', sections: [section], command: null },
  };
  const file = join(await makeFolder(), 'page.html');
  await writeFile(file, printPage(content));
  const { page, said, close } = await openPlainPage(file);
  try {
    const order = () => page.locator('tbody td:first-child').allTextContents();
    const sort = () => page.getByRole('button', { name: 'Change' }).click();
    await sort();
    expect((await order()).map((text) => text.trim())).toEqual(['row 1', 'row 2', 'row 0']);
    await sort();
    expect((await order()).map((text) => text.trim())).toEqual(['row 2', 'row 1', 'row 0']);

    const choose = (at: number) => page.locator(`tbody tr[data-at="${at}"]`).click();
    const chosen = () =>
      page.locator('tr.chosen').evaluateAll((found) => found.map((row) => row.getAttribute('data-at')));
    const faded = () =>
      page.locator('svg.chart').evaluateAll((found) => found.map((svg) => svg.querySelectorAll('.faded').length));
    for (const at of [0, 2]) {
      await choose(at);
      expect([await chosen(), await faded()]).toEqual([[String(at)], at === 0 ? [1, 0] : [0, 1]]);
    }
    await choose(1);
    expect([await chosen(), await faded()]).toEqual([['1'], [1, 1]]);
    await choose(1);
    expect([await chosen(), await faded()]).toEqual([[], [0, 0]]);

    // A drag that the system takes away zooms nothing, also where the pointer is let go later.
    const first = page.locator('svg.chart').first();
    const box = await first.boundingBox();
    if (box === null) throw new Error('The chart has no place.');
    await page.mouse.move(box.x + box.width * 0.3, box.y + 50);
    await page.mouse.down();
    await first.dispatchEvent('pointercancel');
    await page.mouse.move(box.x + box.width * 0.8, box.y + 50);
    await page.mouse.up();
    expect(await page.locator('.reset').isHidden()).toBe(true);
    expect(said).toEqual([]);
  } finally {
    await close();
  }
});
