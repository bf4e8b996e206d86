import { beforeEach, describe, expect, test } from 'vitest';
import type { Args, JsonValue, Method } from '../../shared/contract';
import type { Note } from '../../shared/export';
import { UserError } from '../../shared/problem';
import type { App } from '../state/app.svelte';
import type { Engine } from '../state/engine';
import { ReportTab } from '../state/report.svelte';
import { Toasts } from '../state/toasts.svelte';
import { Workspace } from '../state/workspace.svelte';
import { NoteBook } from './note-book.svelte';

/** An engine that keeps settings, and can be gone. */
class SettingsEngine implements Engine {
  kept: JsonValue = null;
  isGone = false;
  call: Engine['call'] = async (method: Method, args: unknown) => {
    if (this.isGone) throw new UserError([{ code: 'engine/stopped', place: method, message: 'The engine stopped.' }]);
    if (method === 'settings.get') return this.kept as never;
    if (method === 'settings.put') this.kept = (args as Args<'settings.put'>).value;
    return null as never;
  };
}

const plain: Note = { text: 'It starts here', timeMs: 5, endMs: null, keys: null, fields: null };
const ruleOf = (...keys: string[]) => JSON.stringify({ LogFormat: 'JSON', Contribution: { Keys: keys } });

describe('the notes of a workspace', () => {
  let engine: SettingsEngine;
  let app: { workspace: Workspace; toasts: Toasts };
  let notes: NoteBook;
  let tab: ReportTab;
  const make = async () => {
    // All that the notes ask of the window.
    app = { workspace: new Workspace('w1', engine), toasts: new Toasts() };
    notes = new NoteBook({ ...app, investigation: { common: null } } as unknown as App, engine);
    await notes.open(app.workspace);
  };
  const add = (note: Partial<Note>) => {
    notes.ask(tab);
    notes.keep(notes.draft!, { ...plain, ...note });
  };
  const texts = (rule = 'A') => notes.of(rule).map(({ text }) => text);

  beforeEach(async () => {
    engine = new SettingsEngine();
    tab = new ReportTab('tab-1', { name: 'A', definition: ruleOf('$.customer'), stored: true }, engine, () => {});
    await make();
  });

  test('come back when it opens again, with what they are about', async () => {
    add({});
    add({ text: 'Who is this', timeMs: null, keys: ['cust-1'], fields: ['$.customer'] });
    await expect.poll(() => notes.unsaved).toBe(false);
    await make();
    expect(texts()).toEqual(['It starts here', 'Who is this']);
    expect(notes.about(tab.rule, '["cust-1"]')).toMatchObject([{ number: 2, keys: ['cust-1'] }]);
  });

  test('are about no contributor of a rule that has other keys now', () => {
    tab.selectedId = '["cust-1"]';
    notes.ask(tab);
    expect(notes.draft?.fields).toEqual(['$.customer']);
    notes.keep(notes.draft!, { ...plain, timeMs: null, keys: ['cust-1'], fields: ['$.customer'] });
    expect(notes.about(tab.rule, '["cust-1"]')).toHaveLength(1);
    expect(notes.about({ name: 'A', definition: ruleOf('$.region') }, '["cust-1"]')).toEqual([]);
  });

  test('of a case file are left out where the report has more than it takes', async () => {
    const many = Array.from({ length: 1002 }, (_, at) => ({ ...plain, text: `${at}`, rule: 'A', from: null }));
    engine.kept = { notes: many };
    await make();
    notes.take(
      'A',
      [
        { ...plain, text: 'One' },
        { ...plain, text: 'Two' },
        { ...plain, text: 'Three' },
      ],
      'edge',
    );
    expect(notes.of('A')).toHaveLength(1002);
  });

  test('are changed, deleted and brought back to their place', () => {
    for (const text of ['a', 'b', 'c']) add({ text, timeMs: null });
    notes.edit(notes.of('A')[1]!);
    notes.keep(notes.draft!, { ...plain, text: 'B', timeMs: null });
    notes.delete(notes.of('A')[0]!);
    expect(texts()).toEqual(['B', 'c']);
    app.toasts.undo();
    expect(texts()).toEqual(['a', 'B', 'c']);
    app.toasts.undo();
    expect(texts()).toEqual(['a', 'b', 'c']);
  });

  test('of a case file are taken once, and say where they come from', () => {
    add({});
    notes.take('A', [plain, { ...plain, text: 'Theirs' }], 'edge');
    notes.take('A', [plain, { ...plain, text: 'Theirs' }], 'edge');
    expect(notes.of('A').map(({ text, from }) => [text, from])).toEqual([
      ['It starts here', null],
      ['Theirs', 'edge'],
    ]);
  });

  test('follow their rule to another name, and go and come back with it', () => {
    add({});
    notes.moveRule('A', 'B');
    expect([texts('A'), texts('B')]).toEqual([[], ['It starts here']]);
    const restore = notes.dropRule('B');
    expect(texts('B')).toEqual([]);
    restore();
    restore();
    expect(texts('B')).toEqual(['It starts here']);
  });

  test('that could not be written are written when the engine is back', async () => {
    engine.isGone = true;
    add({});
    await expect.poll(() => notes.unsaved).toBe(true);
    engine.isGone = false;
    await notes.open(app.workspace);
    expect(notes.unsaved).toBe(false);
    await make();
    expect(texts()).toEqual(['It starts here']);
  });

  test('are asked for on the moment under the pointer, else on the selected contributor', () => {
    tab.selectedId = '["cust-1"]';
    notes.ask(tab);
    expect(notes.draft).toMatchObject({ timeMs: null, keys: ['cust-1'], isAboutKeys: true });
    tab.chart = { startMs: [10, 20] } as unknown as NonNullable<typeof tab.chart>;
    tab.hoverPeriod = 1;
    notes.ask(tab);
    expect(notes.draft).toMatchObject({ timeMs: 20, endMs: null, keys: ['cust-1'], isAboutKeys: false });
  });
});
