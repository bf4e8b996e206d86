import { expect, test } from 'vitest';
import { importDashboard } from './import-dashboard';

const rules = [{ name: 'Known', definition: '{}', state: 'ENABLED' as const, stored: true }];
const widget = (properties: object) => ({ type: 'metric', properties });

test('a widget becomes a tile with its period, order, count and kind of chart', () => {
  const body = {
    widgets: [
      widget({
        title: 'Bytes',
        period: 60,
        stacked: true,
        insightRule: { ruleName: 'Known', orderBy: 'Maximum', maxContributorCount: 25 },
      }),
    ],
  };
  expect(importDashboard(JSON.stringify(body), rules)?.tiles).toMatchObject([
    {
      title: 'Bytes',
      rule: { name: 'Known', stored: true },
      question: { periodSeconds: 60, orderBy: 'Maximum', maxContributorCount: 25 },
      kind: 'area',
    },
  ]);
});

test('unknown rules are named, other widgets counted, and what get-dashboard answers is taken apart', () => {
  const body = {
    widgets: [widget({ insightRule: { ruleName: 'Gone' } }), { type: 'text', properties: { markdown: '#' } }, null],
  };
  expect(importDashboard(JSON.stringify({ DashboardBody: JSON.stringify(body) }), rules)).toEqual({
    tiles: [],
    unknown: ['Gone'],
    others: 2,
  });
});

test.each(['', 'no', '[]', '{"widgets": 3}'])('%j is no dashboard', (text) =>
  expect(importDashboard(text, rules)).toBeNull(),
);
