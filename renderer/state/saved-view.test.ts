import { expect, test } from 'vitest';
import { firstQuestion } from './report.svelte';
import { readView } from './saved-view';

const usual = {
  tabs: [],
  active: -1,
  page: { kind: 'report' },
  zone: 'utc',
  sidebarOpen: true,
  sidebarPx: 248,
  panelPx: 460,
};

test('a workspace without a view has none', () => expect(readView(null)).toBeNull());

test('what is damaged or of another version falls back to what is usual', () => {
  expect(readView({ tabs: 'x', active: 7, page: 3, zone: 'mars', sidebarPx: 1e9, panelPx: null })).toEqual({
    ...usual,
    sidebarPx: 400,
  });
});

test('a tab without a rule is left out, the others keep their question', () => {
  const rule = { name: 'A', definition: '{}', stored: true };
  const view = readView({
    tabs: [{}, { rule, question: { ...firstQuestion, maxContributorCount: 99_999 }, kind: 'line' }],
    active: 1,
  });
  expect(view?.tabs).toMatchObject([{ rule, kind: 'line', question: { maxContributorCount: 10_000 } }]);
  expect(view?.active).toBe(0);
});
