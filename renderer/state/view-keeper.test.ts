import { beforeEach, describe, expect, test } from 'vitest';
import type { Args, Method } from '../../shared/contract';
import { UserError } from '../../shared/problem';
import { dashboardsKey, type SavedDashboard, type SavedTile } from '../dashboard/saved';
import { wholeRange } from '../report/time-range';
import type { App } from './app.svelte';
import type { Engine } from './engine';
import { firstQuestion } from './report.svelte';
import { ViewKeeper } from './view-keeper.svelte';
import { Workspace } from './workspace.svelte';

const empty = { range: wholeRange, periodSeconds: null, tiles: [] };
const kept: SavedDashboard = { ...empty, name: 'Edge' };

/** An engine with kept dashboards, which can be gone. Reports stay without an answer. */
class SettingsEngine implements Engine {
  isGone = false;
  call: Engine['call'] = async (method: Method, args: unknown) => {
    if (this.isGone) throw new UserError([{ code: 'engine/stopped', place: method, message: 'The engine stopped.' }]);
    if (method !== 'settings.get') return new Promise(() => {});
    const { key } = args as Args<'settings.get'>;
    return (key === dashboardsKey ? { dashboards: [kept] } : null) as never;
  };
}

describe('the keeper of the window', () => {
  let engine: SettingsEngine;
  let workspace: Workspace;
  let keeper: ViewKeeper;
  beforeEach(() => {
    engine = new SettingsEngine();
    workspace = new Workspace('w1', engine);
    // All that the keeper asks of the window.
    const app = {
      workspace,
      tabs: [],
      activeTab: null,
      page: { kind: 'sources' },
      explores: { shown: null },
      investigation: { savedPage: null },
      zone: 'utc',
      sidebarOpen: true,
      sidebarPx: 248,
      panelPx: 460,
      restoreTabs: () => {},
      show: () => {},
    } as unknown as App;
    keeper = new ViewKeeper(app, engine);
  });
  const names = () => keeper.dashboards.map(({ name }) => name);

  test('has nothing to write over what it could not read, and reads it when the engine is back', async () => {
    engine.isGone = true;
    expect([await keeper.restore(workspace, false), keeper.unsaved]).toEqual([false, false]);
    engine.isGone = false;
    expect([await keeper.restore(workspace, false), keeper.unsaved]).toEqual([true, true]);
    expect(names()).toEqual(['Edge']);
  });

  test('keeps what was made while nothing could be read, beside what the workspace has', async () => {
    engine.isGone = true;
    await keeper.restore(workspace, false);
    keeper.create('Made meanwhile');
    engine.isGone = false;
    await keeper.restore(workspace, false);
    expect(names()).toEqual(['Edge', 'Made meanwhile']);
  });

  test('brings a deleted dashboard back to its place, among those made since', async () => {
    await keeper.restore(workspace, false);
    const second = keeper.create('Second');
    keeper.create('Third');
    const undo = keeper.remove(second);
    keeper.create('Fourth');
    undo();
    undo();
    expect(names()).toEqual(['Edge', 'Second', 'Third', 'Fourth']);
  });

  test('brings a tile that was taken away back to its place, among those added since', async () => {
    const dashboard = keeper.create();
    const tile = (title: string): SavedTile => ({
      title,
      rule: { name: title, definition: '{}', stored: false },
      question: firstQuestion,
      kind: 'area',
    });
    for (const title of ['a', 'b', 'c']) dashboard.add(tile(title));
    const undo = dashboard.remove(dashboard.tiles[1]!);
    dashboard.add(tile('d'));
    undo();
    expect(dashboard.tiles.map(({ title }) => title)).toEqual(['a', 'b', 'c', 'd']);
  });
});
