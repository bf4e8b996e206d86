import type { Explore } from '../explore/explore.svelte';
import { readId } from '../report/series';
import { wholeRange } from '../report/time-range';
import type { App } from './app.svelte';
import { focusSearch } from './palette-commands';
import type { ChartKind } from './report.svelte';

/** The list that `?` shows: only what works. */
export const keyList: { title: string; keys: { keys: string[]; does: string }[] }[] = [
  {
    title: 'Everywhere',
    keys: [
      { keys: ['Ctrl K'], does: 'Find a rule, contributor, log group, page or action' },
      { keys: ['Ctrl O'], does: 'Add a log folder' },
      { keys: ['Ctrl B'], does: 'Show or hide the sidebar' },
      { keys: ['N'], does: 'New rule' },
      { keys: ['Ctrl Z'], does: 'Undo what was deleted, added or saved last' },
      { keys: ['F6', 'Shift F6'], does: 'Next, previous part of the window' },
      { keys: ['Ctrl ,'], does: 'Settings' },
      { keys: ['?', 'F1'], does: 'This list' },
      { keys: ['Esc'], does: 'Close, or cancel what runs' },
    ],
  },
  {
    title: 'Explore',
    keys: [
      { keys: ['/'], does: 'Find a field' },
      { keys: ['↑', '↓'], does: 'Next, previous value of a board' },
      { keys: ['Enter'], does: 'Keep the value, or no longer' },
      { keys: ['W', 'O'], does: 'Without the value, only the value' },
      { keys: ['←', '→'], does: 'Earlier, later; in the brush, move its end' },
      { keys: ['Ctrl Z', 'Ctrl Shift Z'], does: 'Undo, redo' },
    ],
  },
  {
    title: 'Rule',
    keys: [
      { keys: ['Ctrl S'], does: 'Save' },
      { keys: ['Ctrl Enter'], does: 'Save and show the report' },
      { keys: ['Ctrl Z', 'Ctrl Shift Z'], does: 'Undo, redo, in the form too' },
      { keys: ['Ctrl Space'], does: 'What may stand here, in the JSON' },
      { keys: ['F8'], does: 'Next problem in the JSON' },
      { keys: ['Ctrl .'], does: 'Put the problem of the line right, where one click would' },
    ],
  },
  {
    title: 'Report',
    keys: [
      { keys: ['E'], does: 'Edit the rule' },
      { keys: ['1', '2', '3'], does: 'Line, stacked area, bar' },
      { keys: ['←', '→'], does: 'Earlier, later' },
      { keys: ['+', '−'], does: 'Zoom in, zoom out' },
      { keys: ['0'], does: 'Whole range' },
      { keys: ['Backspace'], does: 'Back to the range before' },
      { keys: ['M'], does: 'Impact: how many are affected, and what share' },
      { keys: ['C'], does: 'Compare two time ranges' },
      { keys: ['A'], does: 'Add a note: on the moment under the pointer, else on the selected contributor' },
      { keys: ['L'], does: 'List the notes, or no longer' },
      { keys: ['Ctrl E'], does: 'Export' },
    ],
  },
  {
    title: 'Contributors',
    keys: [
      { keys: ['/'], does: 'Search the table' },
      { keys: ['J', 'K'], does: 'Next, previous contributor' },
      { keys: ['Enter'], does: 'Show the selected one beside the report' },
      { keys: ['I'], does: 'Isolate the selected one in the chart' },
      { keys: ['O', 'W'], does: 'Only the selected one, without it' },
      { keys: ['Space'], does: 'Tick the selected one' },
      { keys: ['H'], does: 'What the ticked ones, or a part of the time, have in common' },
    ],
  },
];

const chartKinds: Record<string, ChartKind> = { '1': 'line', '2': 'area', '3': 'bar' };

/** Handles a key pressed anywhere in the window. What has the focus comes first: it prevents the default. */
export function handleKey(app: App, event: KeyboardEvent): void {
  if (event.defaultPrevented || event.altKey) return;
  const done = event.ctrlKey || event.metaKey ? handleChord(app, event) : handlePlain(app, event);
  if (done) event.preventDefault();
}

function handleChord(app: App, event: KeyboardEvent): boolean {
  switch (event.key.toLowerCase()) {
    case 'k':
      if (isOverlayOpen() && !app.paletteOpen && !app.help.isOpen && !app.preferences.isOpen) return false;
      app.help.isOpen = false;
      app.preferences.isOpen = false;
      app.paletteOpen = !app.paletteOpen;
      return true;
    case ',':
      if (isOverlayOpen()) return false;
      app.preferences.isOpen = true;
      return true;
    case 'e':
      return !isOverlayOpen() && exportShown(app);
    case 'o':
      app.openFolder();
      return true;
    case 'b':
      app.toggleSidebar();
      return true;
    case 'z':
    case 'y': {
      if (isTyping(event.target) || isOverlayOpen()) return false;
      return event.shiftKey || event.key === 'y' ? redo(app) : undo(app);
    }
    default:
      return false;
  }
}

function exportShown(app: App): boolean {
  const { page, investigation, activeTab, views } = app;
  if (page.kind === 'impact') investigation.exportImpact(page.view);
  else if (page.kind === 'compare') investigation.exportComparison(page.view);
  else if (page.kind === 'report' && activeTab !== null) investigation.exportReport(activeTab);
  else if (page.kind === 'dashboard' && views.dashboard !== null) investigation.exportDashboard(views.dashboard);
  else return false;
  return true;
}

/** Undoes what a toast offers to undo; else the last step of the page; else what was done before. */
function undo(app: App): boolean {
  const explore = app.page.kind === 'explore' ? app.explores.shown : null;
  if (app.toasts.offersUndo || explore === null || explore.undoable.length === 0) return app.toasts.undo();
  void explore.undo();
  return true;
}

function redo(app: App): boolean {
  if (app.page.kind !== 'explore' || app.explores.shown === null) return false;
  void app.explores.shown.redo();
  return true;
}

function handlePlain(app: App, event: KeyboardEvent): boolean {
  if (event.key === 'Escape') return handleEscape(app);
  if (event.key === 'F6') return !isOverlayOpen() && goToNextRegion(event.shiftKey ? -1 : 1);
  if (event.key === 'F1' && !isOverlayOpen()) {
    app.help.show('keys');
    return true;
  }
  if (isTyping(event.target) || isOverlayOpen()) return false;
  if (!app.preferences.settings.letterKeys && isCharacter(event.key)) return false;
  if (event.key === '?') {
    app.help.show('keys');
    return true;
  }
  if (event.key === 'n' && app.workspace !== null) {
    app.show({ kind: 'rule', rule: null });
    return true;
  }
  if (app.page.kind === 'explore' && app.explores.shown !== null) return handleExplore(app.explores.shown, event);
  if (app.page.kind === 'samples' && event.key === '/') {
    focusSearch('samples');
    return true;
  }
  return app.page.kind === 'report' && handleReport(app, event);
}

function handleExplore(explore: Explore, event: KeyboardEvent): boolean {
  switch (event.key) {
    case 'ArrowLeft':
    case 'ArrowRight':
      if (usesArrows(event.target)) return false;
      void explore.shift(event.key === 'ArrowLeft' ? -1 : 1);
      return true;
    case '0':
      void explore.goTo(wholeRange);
      return true;
    case '/':
      focusSearch('fields');
      return true;
    default:
      return false;
  }
}

function handleReport(app: App, event: KeyboardEvent): boolean {
  const tab = app.activeTab;
  if (tab === null) return false;
  const kind = chartKinds[event.key];
  if (kind !== undefined) {
    tab.kind = kind;
    return true;
  }
  switch (event.key) {
    case 'ArrowLeft':
    case 'ArrowRight':
      if (usesArrows(event.target)) return false;
      void tab.shift(event.key === 'ArrowLeft' ? -1 : 1);
      return true;
    case '+':
    case '=':
      void tab.zoom('in');
      return true;
    case '-':
      void tab.zoom('out');
      return true;
    case 'e':
      app.show({ kind: 'rule', rule: tab.rule });
      return true;
    case '0':
      void tab.goTo(wholeRange);
      return true;
    case 'Backspace':
      void tab.goBack();
      return true;
    case '/':
      focusSearch('table');
      return true;
    case 'j':
    case 'k':
      tab.step(event.key === 'j' ? 1 : -1);
      return true;
    case 'i':
      if (tab.selectedId === null) return false;
      tab.isolate(tab.selectedId, false);
      return true;
    case 'o':
    case 'w': {
      const keys = tab.selectedId === null ? null : readId(tab.selectedId);
      if (keys === null) return false;
      app.filterTo(tab, keys, event.key === 'o' ? 'only' : 'without');
      return true;
    }
    case ' ':
      if (tab.selectedId === null || isPressable(event.target)) return false;
      tab.tick(tab.selectedId);
      return true;
    case 'a':
      if (tab.report === null) return false;
      app.notes.ask(tab);
      return true;
    case 'l':
      if (tab.report === null) return false;
      app.notes.list(app.notes.listed === tab ? null : tab);
      return true;
    case 'h':
      app.investigation.openCommon(tab, tab.ticked.size > 0 ? tab.ticked : listSelected(tab.selectedId));
      return true;
    case 'm':
    case 'c':
      if ((tab.report?.contributors.length ?? 0) === 0) return false;
      if (event.key === 'm') app.investigation.openImpact(tab);
      else app.investigation.openCompare(tab);
      return true;
    case 'Enter':
      if (tab.selectedId === null || isPressable(event.target)) return false;
      app.openContributor(tab, tab.selectedId);
      return true;
    default:
      return false;
  }
}

function listSelected(id: string | null): string[] {
  return id === null ? [] : [id];
}

/** Closes the nearest thing: overlay, running question, page, panel, isolation, ticks, selection. */
function handleEscape(app: App): boolean {
  if (isOverlayOpen()) return false;
  if (app.overlayOpen) {
    app.overlayOpen = false;
    return true;
  }
  if (app.page.kind === 'explore' && app.explores.shown !== null && app.explores.shown.phase !== 'idle') {
    app.explores.shown.cancel();
    return true;
  }
  const { page } = app;
  if (page.kind === 'impact' || page.kind === 'compare' || page.kind === 'metrics' || page.kind === 'aws-check') {
    app.activate(page.view.tab);
    return true;
  }
  const tab = app.page.kind === 'report' ? app.activeTab : null;
  if (tab === null) return false;
  if (tab.phase !== 'idle') tab.cancel();
  else if (app.investigation.common?.tab === tab) app.investigation.closeCommon();
  else if (app.notes.listed === tab) app.notes.list(null);
  else if (tab.panelOpen) tab.panelOpen = false;
  else if (tab.isolated.size > 0) tab.isolated = new Set();
  else if (tab.ticked.size > 0) tab.ticked = new Set();
  else if (tab.selectedId !== null) tab.selectedId = null;
  else return false;
  return true;
}

const regions = 'header, nav, main, aside, footer';
const reachable =
  'a[href], button:not(:disabled), input:not(:disabled), select, textarea, [contenteditable="true"], [tabindex]';

/** Puts the focus on the first thing of the next part of the window; parts within parts don't count. */
function goToNextRegion(direction: 1 | -1): boolean {
  const parts = [...document.querySelectorAll<HTMLElement>(regions)].filter(
    (part) => part.parentElement?.closest(regions) == null && firstReachable(part) !== undefined,
  );
  const now = parts.findIndex((part) => part.contains(document.activeElement));
  const next = now < 0 ? (direction === 1 ? 0 : -1) : (now + direction) % parts.length;
  const target = parts.at(next);
  if (target === undefined) return false;
  firstReachable(target)?.focus();
  return true;
}

function firstReachable(part: HTMLElement): HTMLElement | undefined {
  return [...part.querySelectorAll<HTMLElement>(reachable)].find(
    (element) => element.tabIndex >= 0 && element.checkVisibility() && element.closest('[inert]') === null,
  );
}

/** A letter, digit or sign; a space presses what has the focus. */
function isCharacter(key: string): boolean {
  return [...key].length === 1 && key !== ' ';
}

/** Menus, popovers and dialogs take their own keys. */
function isOverlayOpen(): boolean {
  return document.querySelector('[role="menu"], [role="dialog"]') !== null;
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest('input:not([type="checkbox"]), textarea, select, [contenteditable]') !== null
  );
}

function usesArrows(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest('[role="radiogroup"], [role="tablist"], [role="separator"]') !== null
  );
}

function isPressable(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('button, a') !== null;
}
