import { expect, test } from 'vitest';
import { Grants, labelPath } from './grants';

test('the window gets each grant once, by id and label; a new engine gets them all, with their paths', () => {
  const grants = new Grants();
  const first = grants.add('/var/log/a');
  const second = grants.add('/samples/flow', 'workshop-flow-logs', 'Sample logs: flow', true);
  expect(grants.take()).toEqual([
    { id: first.id, label: '/var/log/a', preview: false },
    { id: second.id, label: 'Sample logs: flow', preview: true },
  ]);
  expect(grants.take()).toEqual([]);
  expect(grants.list()).toEqual([
    { id: first.id, path: '/var/log/a', label: '/var/log/a', group: null },
    { id: second.id, path: '/samples/flow', label: 'Sample logs: flow', group: 'workshop-flow-logs' },
  ]);
});

test.each([
  ['/home/me/cases/edge', '~/cases/edge'],
  ['/home/me', '/home/me'],
  ['/home/meadow/logs', '/home/meadow/logs'],
  ['/var/log', '/var/log'],
])('%s is shown as %s', (path, expected) => {
  expect(labelPath(path, '/home/me')).toBe(expected);
});
