import { mkdirSync } from 'node:fs';
import { app, nativeTheme, session } from 'electron';
import { z } from 'zod';
import type { AppState } from '../../shared/bridge';
import type { Settings } from '../../shared/settings';
import { readMachine } from '../files/machine';
import { Actions, toProblems } from './actions';
import { showProblems } from './dialogs';
import { labelPath } from './grants';
import { answerCalls } from './ipc';
import { setMenu } from './menu';
import { OpenWorkspace } from './open-workspace';
import { blockNetwork, lockContents, lockSession } from './permissions';
import { registerScheme, serveBundle } from './protocol';
import { readSettings } from './settings';
import { findCommandLine, listAppArguments, readStartArguments, type StartArguments } from './start-arguments';
import { StateStore } from './state';
import { developmentUrl } from './window-page';
import { MainWindow } from './windows';
import { Workspaces } from './workspaces';

/** What a second start of the app tells the first. */
const SecondStart = z.object({ paths: z.array(z.string()) });

// Electron would show a box with the stack, which helps nobody who can't change the code.
process.on('uncaughtException', (cause) => console.error(cause));
process.on('unhandledRejection', (cause) => console.error(cause));

app.setName('Contributor Insights');
const args = listAppArguments(process.argv, process.defaultApp === true);
const commandLine = findCommandLine(args);
if (commandLine === null) startWindow(readStartArguments(args, process.cwd()));
else if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) refuseWithoutDisplay();
else void answerCommandLine(commandLine);

/** The installed app answers the command line's arguments, too; no window, no engine's process. */
async function answerCommandLine(argv: string[]): Promise<void> {
  app.disableHardwareAcceleration();
  try {
    const { runCommandLine } = await import('../cli/main');
    app.exit(await runCommandLine(argv));
  } catch (cause) {
    exitFor(cause);
  }
}

/** Chromium ends a process that finds no display, also where no window comes. */
function refuseWithoutDisplay(): void {
  console.error(
    'The installed app needs a display, also on the command line. Run it as: xvfb-run -a contributor-insights …',
  );
  app.exit(1);
}

function startWindow(start: StartArguments): void {
  if (start.userDataPath !== null && !useUserData(start.userDataPath)) return;
  // One app for each folder of user data: a second one would find its workspace held.
  if (!app.requestSingleInstanceLock({ paths: start.paths } satisfies z.infer<typeof SecondStart>)) {
    app.exit(0);
    return;
  }
  // As root, Chromium starts only without its sandbox, and this would take the flag that says so from its processes.
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
  registerScheme();
  blockNetwork();
  lockContents();
  app
    .whenReady()
    .then(() => runWindow(start))
    .catch(exitFor);
}

/** Ends an app that can't start. */
function exitFor(cause: unknown): void {
  console.error(cause);
  app.exit(1);
}

function useUserData(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true });
    app.setPath('userData', folder);
    return true;
  } catch (cause) {
    console.error(`The folder for user data can't be used: ${cause instanceof Error ? cause.message : cause}`);
    app.exit(1);
    return false;
  }
}

async function runWindow(start: StartArguments): Promise<void> {
  const userDataPath = app.getPath('userData');
  const settings = readSettings(userDataPath);
  nativeTheme.themeSource = settings.theme;
  lockSession(session.defaultSession);
  if (developmentUrl() === null) serveBundle(session.defaultSession);

  const workspaces = new Workspaces(userDataPath);
  const state = new StateStore(firstState(workspaces, settings));
  const window = new MainWindow(userDataPath);
  const open = new OpenWorkspace(state, workspaces, window);
  const actions = new Actions(open, workspaces, window, state);
  state.onChange((changed) => window.showState(changed));
  answerCalls(actions, open, state, window, userDataPath);
  setMenu(actions, window);
  openFromOutside(actions, window);
  quitInOrder(open, workspaces, window);

  window.open();
  await actions.start(start);
}

function firstState(workspaces: Workspaces, settings: Settings): AppState {
  const { electron = '', chrome: chromium = '', node } = process.versions;
  return {
    workspace: null,
    workspaceProblem: null,
    engine: { state: 'none', restarts: 0 },
    pendingGrants: [],
    recents: workspaces.list(),
    platform: process.platform === 'darwin' || process.platform === 'win32' ? process.platform : 'linux',
    version: app.getVersion(),
    versions: { electron, chromium, node, duckdb: null },
    settings,
    machine: readMachine(),
    workspacesFolder: labelPath(workspaces.folder),
    firstStart: !workspaces.everOpened,
  };
}

/** Opens what a second start of the app, or the system, asks for. */
function openFromOutside(actions: Actions, window: MainWindow): void {
  const openPaths = async (paths: string[]) => {
    window.focus();
    const problems = await actions.openPaths(paths).catch(toProblems);
    if (window.browserWindow !== null) await showProblems(window.browserWindow, problems);
  };
  app.on('second-instance', (_event, _argv, _workingDirectory, data) => {
    void openPaths(SecondStart.safeParse(data).data?.paths ?? []);
  });
  app.on('open-file', (event, path) => {
    event.preventDefault();
    void openPaths([path]);
  });
}

/** The app ends with its window, but not before the engine has finished its block and closed the workspace. */
function quitInOrder(open: OpenWorkspace, workspaces: Workspaces, window: MainWindow): void {
  let stage: 'running' | 'closing' | 'closed' = 'running';
  app.on('window-all-closed', () => app.quit());
  app.on('before-quit', (event) => {
    if (stage === 'closed') return;
    event.preventDefault();
    if (stage === 'closing') return;
    stage = 'closing';
    window.hide();
    void open.close().finally(() => {
      workspaces.flush();
      stage = 'closed';
      app.quit();
    });
  });
}
