import { beforeEach, describe, expect, test } from 'vitest';
import type { Method } from '../../shared/contract';
import { type Problem, UserError } from '../../shared/problem';
import type { Source, WorkspaceSummary } from '../../shared/workspace';
import type { CallOptions, Engine } from './engine';
import { Workspace } from './workspace.svelte';

const grant = { id: '8d0f5a0e-0d2c-4c93-9a0f-0a6a0b6f2a11', label: '/logs/edge', preview: false };
const source: Source = {
  id: 7,
  label: grant.label,
  state: 'loaded',
  groups: ['edge'],
  files: 1,
  bytes: 10,
  bytesDone: 10,
  events: 3,
  untimed: 0,
  malformed: 0,
  faults: [],
  cut: 0,
  notices: [],
};
const stopped: Problem = { code: 'engine/stopped', place: 'sources.add', message: 'The engine stopped.' };

/** An engine that says what each method does, and notes which were called. */
class ScriptedEngine implements Engine {
  readonly called: string[] = [];
  sources: Source[] = [];
  script: Partial<Record<Method, (signal: AbortSignal | undefined) => unknown>> = {};
  call: Engine['call'] = async (method, _args, options: CallOptions<never> = {}) => {
    this.called.push(method);
    const scripted = this.script[method];
    if (scripted !== undefined) return (await scripted(options.signal)) as never;
    if (method === 'workspace.describe') return this.describe() as never;
    return [] as never;
  };

  private describe(): WorkspaceSummary {
    const events = this.sources.reduce((sum, one) => sum + one.events, 0);
    return {
      name: 'w',
      isSample: false,
      events,
      bytes: 0,
      firstMs: null,
      lastMs: null,
      groups: [],
      rules: 0,
      notices: [],
      sources: this.sources,
    };
  }
}

describe('a workspace', () => {
  let engine: ScriptedEngine;
  let workspace: Workspace;
  beforeEach(() => {
    engine = new ScriptedEngine();
    workspace = new Workspace('w1', engine);
  });

  test('goes on with a source that the engine had begun when it stopped', async () => {
    engine.script['sources.add'] = () => {
      engine.sources = [{ ...source, state: 'loading' }];
      throw new UserError([stopped]);
    };
    engine.script['sources.reload'] = () => {
      engine.sources = [source];
      return source;
    };
    expect(await workspace.load(grant)).toEqual(source);
    expect(engine.called.slice(0, 3)).toEqual(['sources.add', 'workspace.describe', 'sources.reload']);
    expect([workspace.failed, workspace.sources]).toEqual([[], [source]]);
  });

  test('starts anew with one that it had not begun', async () => {
    let attempts = 0;
    engine.script['sources.add'] = () => {
      if (++attempts === 1) throw new UserError([stopped]);
      return source;
    };
    expect([await workspace.load(grant), attempts]).toEqual([source, 2]);
  });

  test('gives up when the engine stops again and again', async () => {
    engine.script['sources.add'] = () => {
      throw new UserError([stopped]);
    };
    expect(await workspace.load(grant)).toBeNull();
    expect(workspace.failed.flatMap((failed) => failed.problems)).toMatchObject([
      { code: 'engine/stopped', place: grant.label, message: 'The engine stopped 6 times while it loaded this.' },
    ]);
  });

  test('lists what could not be loaded until it is dismissed or tried again', async () => {
    const missing: Problem = { code: 'file/missing', place: grant.label, message: 'The folder is not there.' };
    engine.script['sources.add'] = () => {
      throw new UserError([missing]);
    };
    await workspace.load(grant);
    const listed = workspace.failed;
    workspace.dismissFailed(grant.label);
    expect([listed, workspace.failed]).toEqual([[{ label: grant.label, problems: [missing] }], []]);
  });

  test('a cancelled load is no failure', async () => {
    engine.script['sources.add'] = (signal) =>
      new Promise((_, reject) => {
        signal?.addEventListener('abort', () => reject(new DOMException('Cancelled', 'AbortError')));
      });
    const load = workspace.load(grant);
    const cancellable = workspace.canCancel;
    workspace.cancelLoading();
    expect([await load, workspace.failed, cancellable, workspace.canCancel]).toEqual([null, [], true, false]);
  });

  test('a load goes on in the engine when the window leaves the workspace', async () => {
    let given: AbortSignal | undefined;
    let stop = (_cause: unknown) => {};
    engine.script['sources.add'] = (signal) => {
      given = signal;
      return new Promise((_, reject) => {
        stop = reject;
      });
    };
    const load = workspace.load(grant);
    workspace.close();
    const isCancelled = given?.aborted;
    stop(new UserError([stopped]));
    expect([await load, isCancelled, workspace.failed, engine.called]).toEqual([null, false, [], ['sources.add']]);
  });

  test('offers samples that fit and are not kept already', async () => {
    const sample = { description: '', service: 'VPC flow logs', definition: '{}', lacks: [] };
    engine.script['rules.samples'] = () => [
      { ...sample, name: 'Kept', fits: ['edge'] },
      { ...sample, name: 'Fits', fits: ['edge'] },
      { ...sample, name: 'Other', fits: [] },
    ];
    engine.script['rules.list'] = () => [{ name: 'Kept', definition: '{}', state: 'ENABLED' }];
    await workspace.refresh();
    expect(workspace.fitting.map((one) => one.name)).toEqual(['Fits']);
  });
});
