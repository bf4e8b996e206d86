import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { app, type FileFilter, shell } from 'electron';
import type { ChosenFile, SavedFile } from '../../shared/bridge';
import type { ExportedFile } from '../../shared/export';
import { type Problem, UserError } from '../../shared/problem';
import { caseFile, type FileKind, namesFile, readChosenFile } from './chosen-file';
import { sortPaths } from './chosen-paths';
import { chooseExportPath, chooseFile, chooseLogs, chooseNewWorkspaceFile, chooseWorkspaceFile } from './dialogs';
import { labelPath } from './grants';
import type { OpenWorkspace } from './open-workspace';
import { listSampleLogs } from './sample-logs';
import { plainName, saveFile } from './save-file';
import type { StartArguments } from './start-arguments';
import type { StateStore } from './state';
import type { MainWindow } from './windows';
import { type WorkspaceEntry, type Workspaces, workspaceExtension } from './workspaces';

/**
 * What a user can ask for, from the page, the menu or the command line. Each resolves with problems for the user: none
 * when it was done, or the user cancelled the dialog.
 */
export class Actions {
  /** Where a file was kept last. */
  #exportFolder: string | null = null;

  constructor(
    private readonly open: OpenWorkspace,
    private readonly workspaces: Workspaces,
    private readonly window: MainWindow,
    private readonly state: StateStore,
  ) {}

  /** Opens what the app was started with: paths, else the workspace open last, else the sample logs if asked for. */
  async start({ paths, sample }: StartArguments): Promise<void> {
    const [problem] = await this.#openFirst(paths, sample).catch(toProblems);
    // The page was not asked, so it learns of it from the state.
    if (problem !== undefined) this.state.update({ workspaceProblem: problem });
  }

  /**
   * Opens a workspace among `paths`, and grants the folders and files to it. Logs alone go to the open workspace; where
   * none is open, or that of the sample logs, they get one named after them.
   * @param paths absolute
   * @param preview whether the window shows what the logs hold before it loads them
   */
  async openPaths(paths: string[], preview = false): Promise<Problem[]> {
    const { logs, workspaces, problems } = sortPaths(paths);
    const entry = this.#chooseEntry(workspaces, logs);
    if (entry === null) return problems;
    const failed = await this.open.open(entry);
    if (failed.length === 0 && this.open.entry?.id === entry.id)
      this.open.grant(logs.map((path) => ({ path, preview })));
    return [...problems, ...failed];
  }

  /** Asks for a log folder and opens it. */
  async openFolder(): Promise<Problem[]> {
    const window = this.window.browserWindow;
    const paths = window === null ? [] : await chooseLogs(window);
    return this.openPaths(paths, true);
  }

  /** Opens the workspace of the sample logs; the logs are granted to one that does not have all of them. */
  async openSample(): Promise<Problem[]> {
    const entry = this.workspaces.entryForSample();
    const isOpen = this.open.entry?.path === entry.path;
    const logs = listSampleLogs();
    const isComplete = existsSync(entry.path) && entry.sources >= logs.length;
    const failed = await this.open.open(entry);
    if (!isOpen && !isComplete && failed.length === 0 && this.open.entry?.isSample) this.open.grant(logs);
    return failed;
  }

  /** Opens a workspace of the list. */
  async openRecent(id: string): Promise<Problem[]> {
    const entry = this.workspaces.find(id);
    return entry === undefined ? [] : this.#openEntry(entry);
  }

  /** Asks for a workspace file and opens it. */
  async chooseWorkspace(): Promise<Problem[]> {
    const window = this.window.browserWindow;
    const path = window === null ? null : await chooseWorkspaceFile(window, this.workspaces.folder);
    return path === null ? [] : this.#openEntry(this.workspaces.entryForFile(path));
  }

  /** Asks for the name and place of a workspace, makes it and opens it. A file that is there is never replaced. */
  async newWorkspace(): Promise<Problem[]> {
    const window = this.window.browserWindow;
    const suggestion = join(this.workspaces.folder, `workspace${workspaceExtension}`);
    const path = window === null ? null : await chooseNewWorkspaceFile(window, suggestion);
    if (path === null) return [];
    if (existsSync(path)) return [existingProblem(path)];
    return this.open.open(this.workspaces.entryForFile(path));
  }

  /** Takes a workspace out of the list; its file stays. */
  forgetWorkspace(id: string): void {
    this.workspaces.forget(id);
    this.state.update({ recents: this.workspaces.list() });
  }

  /** Shows the open workspace's file in the system's file manager. */
  showWorkspaceFile(): void {
    const entry = this.open.entry;
    if (entry !== null) shell.showItemInFolder(entry.path);
  }

  /** Shows the folder where the app makes workspaces in the system's file manager. */
  async showWorkspacesFolder(): Promise<void> {
    mkdirSync(this.workspaces.folder, { recursive: true });
    await shell.openPath(this.workspaces.folder);
  }

  /** Asks where an exported file is to be kept, and writes it there. */
  async saveFile({ name, data }: ExportedFile): Promise<SavedFile> {
    const window = this.window.browserWindow;
    const suggestion = join(this.#exportFolder ?? app.getPath('documents'), plainName(name));
    const path = window === null ? null : await chooseExportPath(window, suggestion);
    if (path === null) return { label: null, problems: [] };
    this.#exportFolder = dirname(path);
    return saveFile(path, data, this.open.listPaths());
  }

  /** Asks for a case file and reads it. */
  chooseCaseFile(): Promise<ChosenFile> {
    return this.#chooseFile('Open a case file', { name: 'Case file', extensions: ['zip'] }, caseFile);
  }

  /** Asks for a CSV file with names and reads it. */
  chooseNamesFile(): Promise<ChosenFile> {
    const filter = { name: 'CSV', extensions: ['csv', 'txt'] };
    return this.#chooseFile('Names of addresses, ranges and account numbers', filter, namesFile);
  }

  async #chooseFile(title: string, filter: FileFilter, kind: FileKind): Promise<ChosenFile> {
    const window = this.window.browserWindow;
    const path = window === null ? null : await chooseFile(window, title, filter);
    return path === null ? { name: '', data: null, problems: [] } : readChosenFile(path, kind);
  }

  async #openFirst(paths: string[], sample: boolean): Promise<Problem[]> {
    if (paths.length > 0) return this.openPaths(paths);
    const last = this.workspaces.last();
    if (last !== undefined) return this.#openEntry(last);
    return sample ? this.openSample() : [];
  }

  /** The workspace that opening these leads to; null: none. */
  #chooseEntry(workspaces: string[], logs: string[]): WorkspaceEntry | null {
    const [workspacePath] = workspaces;
    const [logsPath] = logs;
    const current = this.open.entry;
    if (workspacePath !== undefined) return this.workspaces.entryForFile(workspacePath);
    if (logsPath === undefined) return null;
    return current !== null && !current.isSample ? current : this.workspaces.entryForLogs(logsPath);
  }

  async #openEntry(entry: WorkspaceEntry): Promise<Problem[]> {
    if (existsSync(entry.path)) return this.open.open(entry);
    // The engine would make an empty one in its place.
    return entry.isSample ? this.openSample() : [missingProblem(entry)];
  }
}

/** What to tell a user of an error; one that is no `UserError` is a bug, and goes to stderr with its stack. */
export function toProblems(cause: unknown): Problem[] {
  if (cause instanceof UserError) return cause.problems;
  console.error(cause);
  const hint = 'Try again; if it comes back, start the app again.';
  return [{ code: 'engine/internal', place: '', message: 'Something went wrong inside the app.', hint }];
}

function missingProblem(entry: WorkspaceEntry): Problem {
  return {
    code: 'workspace/unavailable',
    place: labelPath(entry.path),
    message: 'The workspace is not there any more.',
    hint: 'If it was moved, open it where it is now.',
  };
}

function existingProblem(path: string): Problem {
  return {
    code: 'workspace/unavailable',
    place: labelPath(path),
    message: 'A workspace of this name is there already.',
    hint: 'Choose another name, or open that workspace.',
  };
}
