import { expect, test } from 'vitest';
import type { AppState } from '../../shared/bridge';
import { usualSettings } from '../../shared/settings';
import type { Source, WorkspaceSummary } from '../../shared/workspace';
import { describeDiagnostics } from './diagnostics';

const secret = 'secret';

const main: AppState = {
  workspace: { id: '1', name: secret, isSample: false },
  workspaceProblem: null,
  engine: { state: 'running', restarts: 1 },
  pendingGrants: [],
  recents: [{ id: '1', name: secret, events: 5, sources: 1, rules: 2, bytes: 9, openedAtMs: 0 }],
  platform: 'linux',
  version: '1.2.3',
  versions: { electron: '45.4.1', chromium: '144.0.1', node: '26.1.0', duckdb: 'v1.5.5' },
  settings: { ...usualSettings, memoryMb: 4000, letterKeys: false },
  machine: { memoryBytes: 16e9, processors: 8 },
  workspacesFolder: `~/${secret}`,
  firstStart: false,
};

const missing = { code: 'file/missing' as const, place: secret, message: secret, hint: secret };
const source: Source = {
  id: 1,
  label: `~/${secret}`,
  state: 'watching',
  groups: [secret],
  files: 3,
  bytes: 100,
  bytesDone: 100,
  events: 5,
  untimed: 2,
  malformed: 1,
  cut: 0,
  faults: [{ kind: 'malformed', path: secret, line: 7 }],
  notices: [
    { path: secret, bytes: 1, problem: missing },
    { path: secret, bytes: 1, problem: missing },
  ],
};

const summary: WorkspaceSummary = {
  name: secret,
  isSample: false,
  events: 1005,
  bytes: 2_500_000,
  firstMs: 1,
  lastMs: 2,
  groups: [
    { name: secret, events: 5, format: 'JSON', kind: null, firstMs: 1, lastMs: 2 },
    { name: `/${secret}`, events: 1000, format: 'CLF', kind: 'VPC flow logs', firstMs: 1, lastMs: 2 },
  ],
  sources: [source, { ...source, id: 2, state: 'failed', notices: [] }],
  rules: 2,
  notices: [],
};

test('diagnostics hold versions, counts, states and codes', () => {
  expect(describeDiagnostics(main, summary)).toBe(
    [
      'Contributor Insights 1.2.3',
      'Electron 45.4.1, Chromium 144.0.1, Node 26.1.0, DuckDB v1.5.5',
      'System: linux, 8 processors, 16 GB of memory',
      'Engine: running, started again 1 time; may use 4,000 MB, 8 threads',
      'Settings: theme system, times utc, letter keys off, notifications on',
      'Workspace: 2.5 MB, 1,005 events, 2 rules',
      'Sources: 2 (1 failed, 1 watching), 6 files',
      'Log groups: 2 (1 JSON, 1 VPC flow logs)',
      'Events without a time: 4, malformed lines: 2, cut lines: 0',
      'Problems: 2 (2 file/missing)',
    ].join('\n'),
  );
});

test('diagnostics hold no name, no path and nothing of a message', () => {
  expect(describeDiagnostics(main, summary)).not.toContain(secret);
});

test('diagnostics are there without a workspace, too', () => {
  const closed: AppState = { ...main, workspace: null, versions: { ...main.versions, duckdb: null } };
  const text = describeDiagnostics(closed, null);
  expect(text).toContain('DuckDB not started');
  expect(text).toContain('Workspace: none open');
});
