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

test('expressions over rules become metric math with their limit; those without a name get one', () => {
  const metrics = [
    [{ expression: "INSIGHT_RULE_METRIC('Known', 'Sum')", id: 'e1', visible: false }],
    [{ expression: '100 * e1', label: 'Share' }],
  ];
  const annotations = { horizontal: [{ label: 'too many', value: 5 }] };
  const body = { widgets: [widget({ metrics, annotations, title: 'Share' })] };
  expect(importDashboard(JSON.stringify(body), rules)).toEqual({
    tiles: [
      {
        title: 'Share',
        expressions: [
          { id: 'e1', text: "INSIGHT_RULE_METRIC('Known', 'Sum')", drawn: false },
          { id: 'e2', text: '100 * e1', drawn: true },
        ],
        limit: 5,
        comparison: '>',
      },
    ],
    unknown: [],
    others: 0,
  });
});

test('expressions over an unknown rule name it; metrics that are not in logs are left out', () => {
  const body = {
    widgets: [
      widget({ metrics: [[{ expression: 'INSIGHT_RULE_METRIC("Gone", "Sum")' }]] }),
      widget({
        metrics: [
          ['AWS/EC2', 'CPUUtilization', { id: 'm1' }],
          [{ expression: 'INSIGHT_RULE_METRIC("Known", "Sum") / m1' }],
        ],
      }),
      widget({ metrics: [[{ expression: 'SEARCH("x", "Sum")' }]] }),
    ],
  };
  expect(importDashboard(JSON.stringify(body), rules)).toEqual({ tiles: [], unknown: ['Gone'], others: 2 });
});
