import { expect, test } from 'vitest';
import { readDashboards } from './saved';

const metric = {
  title: 'Share',
  expressions: [
    { id: 'hit', text: 'INSIGHT_RULE_METRIC("Throttled", "Sum")', drawn: false },
    { id: 'e2', text: '100 * hit', drawn: true },
  ],
  limit: 5,
  comparison: '>=',
};

function readTiles(tiles: unknown) {
  return readDashboards({ dashboards: [{ name: 'One', range: {}, periodSeconds: null, tiles }] })[0]?.tiles;
}

test('metric math is read back as it was kept, beside reports', () => {
  const report = { title: 'All', rule: { name: 'All', definition: '{}', stored: true }, question: {}, kind: 'line' };
  expect(readTiles([metric, report])).toEqual([metric, expect.objectContaining({ title: 'All', kind: 'line' })]);
});

test('of a damaged tile, what can be read is left', () => {
  const expressions = [
    { id: 'E1', text: 'x' },
    { id: 'a', text: 3 },
    null,
    { id: 'a', text: 'x' },
    { id: 'a', text: 'y' },
  ];
  expect(readTiles([{ ...metric, expressions, limit: 'high', comparison: '=' }, { title: 'no rule' }])).toEqual([
    { title: 'Share', expressions: [{ id: 'a', text: 'x', drawn: true }], limit: null, comparison: '>' },
  ]);
});
