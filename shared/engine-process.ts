import type { Problem } from './problem';
import type { EngineLimits } from './settings';
import type { Breach } from './threshold';

/** What main and the engine's process say to each other on the process's own port. The window's port is another one. */
export type MainToEngine =
  /** First message. The engine opens or makes the workspace and answers `opened` or `failed`. */
  | {
      kind: 'open';
      workspacePath: string;
      isSample: boolean;
      appVersion: string;
      /** Folder with `sample-rules/`. */
      resourcesPath: string;
      limits: EngineLimits;
    }
  /** Comes with one transferred port, which the window holds the other end of. Only after `opened`. */
  | { kind: 'port' }
  /** A path that the user chose; `sources.add` names it by `id`. `group` is the log group's name where it is known. */
  | { kind: 'grant'; id: string; path: string; label: string; group: string | null }
  /** The engine finishes its block, closes the workspace and exits with 0. */
  | { kind: 'close' };

export type EngineToMain =
  | { kind: 'opened'; duckdbVersion: string }
  | { kind: 'failed'; problems: Problem[] }
  /** A threshold fires. */
  | { kind: 'breach'; breach: Breach }
  /** After `opened` and whenever it changes: what the list of recent workspaces shows. */
  | { kind: 'summary'; events: number; sources: number; rules: number; bytes: number };
