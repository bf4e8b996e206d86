import { type BrowserWindow, dialog, type FileFilter } from 'electron';
import { type Problem, printProblem } from '../../shared/problem';
import { workspaceExtension } from './workspaces';

const workspaceFilter: FileFilter = { name: 'Workspace', extensions: [workspaceExtension.slice(1)] };

/** A second dialog is not shown while one is open: a key may reach both the menu and the page. */
let isShown = false;

/** Asks for logs: folders, on macOS also files, which other systems can't offer in the same dialog. */
export async function chooseLogs(window: BrowserWindow): Promise<string[]> {
  const files = process.platform === 'darwin' ? (['openFile'] as const) : [];
  return showOne([], async () => {
    const properties = ['openDirectory' as const, ...files, 'multiSelections' as const];
    const answer = await dialog.showOpenDialog(window, { title: 'Open a log folder', properties });
    return answer.canceled ? [] : answer.filePaths;
  });
}

/** Asks for a workspace file; null where the user cancels. */
export async function chooseWorkspaceFile(window: BrowserWindow, folder: string): Promise<string | null> {
  return showOne(null, async () => {
    const options = { title: 'Open a workspace', defaultPath: folder, filters: [workspaceFilter] };
    const answer = await dialog.showOpenDialog(window, { ...options, properties: ['openFile'] });
    return answer.canceled ? null : (answer.filePaths[0] ?? null);
  });
}

/** Asks for a file of one kind; null where the user cancels. */
export async function chooseFile(window: BrowserWindow, title: string, filter: FileFilter): Promise<string | null> {
  return showOne(null, async () => {
    const answer = await dialog.showOpenDialog(window, { title, filters: [filter], properties: ['openFile'] });
    return answer.canceled ? null : (answer.filePaths[0] ?? null);
  });
}

/** Asks for the name and place of a new workspace; null where the user cancels. */
export async function chooseNewWorkspaceFile(window: BrowserWindow, path: string): Promise<string | null> {
  return showOne(null, async () => {
    const options = { title: 'New workspace', defaultPath: path, filters: [workspaceFilter] };
    const answer = await dialog.showSaveDialog(window, { ...options, buttonLabel: 'Create' });
    if (answer.canceled || !answer.filePath) return null;
    return answer.filePath.endsWith(workspaceExtension) ? answer.filePath : answer.filePath + workspaceExtension;
  });
}

/** Asks where an exported file is to be kept; null where the user cancels. The system asks before a file is replaced. */
export async function chooseExportPath(window: BrowserWindow, path: string): Promise<string | null> {
  return showOne(null, async () => {
    const extension = /\.([A-Za-z0-9]+)$/.exec(path)?.[1];
    const filters = extension === undefined ? [] : [{ name: extension.toUpperCase(), extensions: [extension] }];
    const answer = await dialog.showSaveDialog(window, { title: 'Export', defaultPath: path, filters });
    return answer.canceled ? null : (answer.filePath ?? null);
  });
}

/** Shows problems of something that was asked for in the menu, where no view waits for them. */
export async function showProblems(window: BrowserWindow, problems: Problem[]): Promise<void> {
  const [first, ...others] = problems;
  if (first === undefined) return;
  const detail = [[first.place, first.hint].filter(Boolean).join('\n'), ...others.map(printProblem)].join('\n\n');
  await dialog.showMessageBox(window, { type: 'warning', message: first.message, detail });
}

async function showOne<T>(otherwise: T, show: () => Promise<T>): Promise<T> {
  if (isShown) return otherwise;
  isShown = true;
  try {
    return await show();
  } finally {
    isShown = false;
  }
}
