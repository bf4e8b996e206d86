import type { ExportedFile } from './export';
import type { Problem } from './problem';
import type { Machine, Settings } from './settings';

/**
 * What the preload offers to the window as `window.bridge`. Everything else goes to the engine through a port.
 * Paths stay in main: the window holds ids only.
 *
 * The port: after `ready()`, and again after each start of an engine, the preload posts an `EnginePort` message to its
 * own window with the port as the only transferred object. Main makes a new engine port for each workspace.
 */
export type Bridge = {
  /** Says that the window listens. Main answers with the port of the running engine, at once or when there is one. */
  ready(): Promise<void>;
  state(): Promise<AppState>;
  /** Calls `listener` with the whole state after each change. Returns a function that ends this. */
  onState(listener: (state: AppState) => void): () => void;

  /**
   * The ways to logs. Each shows a dialog where one is needed, opens or makes a workspace where none is open (named
   * after the folder), and puts what was chosen into `pendingGrants`. They resolve with problems for the user; an empty
   * list means that it was done, or that the user cancelled the dialog.
   */
  openFolder(): Promise<Problem[]>;
  /** Files and folders dropped on the window, as the drop event holds them. */
  openDropped(files: File[]): Promise<Problem[]>;
  /** Opens the workspace of the sample logs; the first time its logs come as `pendingGrants`. */
  openSample(): Promise<Problem[]>;
  /** Hands out what is still to be loaded, each grant once. The window passes every id to `sources.add`. */
  takeGrants(): Promise<Grant[]>;

  /** Opens a recent workspace by the id in `AppState.recents`. */
  openWorkspace(recentId: string): Promise<Problem[]>;
  /** Asks for a workspace file and opens it. */
  chooseWorkspace(): Promise<Problem[]>;
  /** Asks for a name and a place, makes an empty workspace there and opens it. */
  newWorkspace(): Promise<Problem[]>;
  /** Takes a workspace out of `recents`; its file stays. */
  forgetWorkspace(recentId: string): Promise<void>;
  /** Shows the open workspace's file in the system's file manager. */
  showWorkspaceFile(): Promise<void>;

  /** Starts the engine again after main gave up on it (`engine.state` is `stopped`). */
  restartEngine(): Promise<void>;
  /** Keeps some of the settings. Other limits of memory or threads start a running engine again at once. */
  changeSettings(changes: Partial<Settings>): Promise<void>;
  /** Shows the folder where the app makes workspaces in the system's file manager. */
  showWorkspacesFolder(): Promise<void>;
  /** Puts plain text on the clipboard. */
  copyText(text: string): Promise<void>;
  /** Puts a picture on the clipboard; its bytes are a PNG. */
  copyImage(png: Uint8Array): Promise<void>;
  /** Asks where a file is to be kept, with its name as the suggestion, and writes it there. */
  saveFile(file: ExportedFile): Promise<SavedFile>;
  /** Asks for a case file and reads it. */
  chooseCaseFile(): Promise<ChosenFile>;
  /** Asks for a CSV file with names of addresses, ranges and account numbers, and reads it. */
  chooseNamesFile(): Promise<ChosenFile>;
};

/** What became of a file that was to be kept: where it is, as shown to the user; null where it is nowhere. */
export type SavedFile = { label: string | null; problems: Problem[] };

/** A file that the user was asked for: its own name, and what is in it; null where there is nothing. */
export type ChosenFile = { name: string; data: Uint8Array | null; problems: Problem[] };

/** A path that the user chose. The engine knows the path, the window the id and what to show. */
export type Grant = {
  id: string;
  label: string;
  /** The user chose it in the window, and is shown what it holds before it is loaded. Others are loaded at once. */
  preview: boolean;
};

export type RecentWorkspace = {
  id: string;
  name: string;
  events: number;
  sources: number;
  rules: number;
  /** Size of the workspace file. */
  bytes: number;
  openedAtMs: number;
};

export type EngineState =
  /** No workspace is open. */
  | 'none'
  | 'starting'
  | 'running'
  /** It ended by itself; main starts it again and the workspace reopens. */
  | 'restarting'
  /** It ended too often; main gave up. */
  | 'stopped';

export type AppState = {
  /** `id` is the one that the same file has in `recents`. */
  workspace: { id: string; name: string; isSample: boolean } | null;
  /** Why the workspace that was asked for last is not open (held by another process, damaged, newer); else null. */
  workspaceProblem: Problem | null;
  engine: { state: EngineState; restarts: number };
  /** Waiting for `takeGrants`. */
  pendingGrants: Grant[];
  /** Last opened first. */
  recents: RecentWorkspace[];
  platform: 'linux' | 'darwin' | 'win32';
  version: string;
  /** Versions of what the app stands on; DuckDB's is known once a workspace was open. */
  versions: { electron: string; chromium: string; node: string; duckdb: string | null };
  settings: Settings;
  machine: Machine;
  /** The folder where the app makes workspaces, as people write it. */
  workspacesFolder: string;
  /** No workspace was ever opened here. */
  firstStart: boolean;
};

/** Data of the message that brings the port, from the window itself. */
export type EnginePort = { kind: 'engine-port'; workspaceId: string };
