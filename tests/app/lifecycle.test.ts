import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ElectronApplication, Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { listDisplayFlags } from '../../scripts/display.mjs';
import { findRuntime, repositoryRoot } from '../../scripts/electron-runtime.mjs';
import type { AppState } from '../../shared/bridge';
import { findEngine, type LaunchOptions, launchApp } from '../support/electron';

test('a folder on the command line gets a workspace named after it, with its events', async () => {
  const { logs, userDataDir } = await makePlaces({ logs: 'edge incident', events: 3 });
  const { page, app } = await launch({ args: [logs], userDataDir });
  await eventually(() => summarise(page)).toMatchObject({ workspace: 'edge incident', engine: 'running', events: 3 });
  expect(existsSync(path.join(userDataDir, 'workspaces', 'edge incident.duckdb'))).toBe(true);
  const title = await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getTitle());
  expect(title).toBe('edge incident');
});

test('the workspace open last reopens, and --sample does not take its place', async () => {
  const { logs, userDataDir } = await makePlaces({ logs: 'checkout', events: 3 });
  const first = await launch({ args: [logs], userDataDir });
  await eventually(() => summarise(first.page)).toMatchObject({ events: 3 });
  await first.close();
  const { page } = await launch({ args: ['--sample'], userDataDir });
  await eventually(() => summarise(page)).toMatchObject({ workspace: 'checkout', engine: 'running', events: 3 });
});

test('a folder opened again leads to the workspace that it has, and is not loaded twice', async () => {
  const { logs, userDataDir } = await makePlaces({ logs: 'checkout', events: 3 });
  const first = await launch({ args: [logs], userDataDir });
  await eventually(() => summarise(first.page)).toMatchObject({ events: 3 });
  await first.close();
  await writeFile(path.join(logs, 'more.log'), makeLines(2));
  const { page } = await launch({ args: [logs], userDataDir });
  await eventually(() => summarise(page)).toMatchObject({ workspace: 'checkout', events: 5, recents: ['checkout'] });
});

test('the first start shows the sample logs where they are asked for, else nothing', async () => {
  const empty = await launch();
  expect(await readState(empty.page)).toMatchObject({ workspace: null, firstStart: true, recents: [] });
  await empty.close();
  const { page } = await launch({ args: ['--sample'] });
  await eventually(() => summarise(page)).toMatchObject({ workspace: 'Sample logs', engine: 'running' });
  expect(await readState(page)).toMatchObject({ workspace: { isSample: true }, firstStart: false });
});

test('a folder chosen in the dialog joins the open workspace, but never the sample logs', async () => {
  const { logs, folder } = await makePlaces({ logs: 'mine', events: 3 });
  const more = await makeLogs(folder, 'more', 2);
  const { page, app } = await launch({ args: ['--sample'] });
  await eventually(() => summarise(page)).toMatchObject({ workspace: 'Sample logs', engine: 'running' });
  await answerDialog(app, [logs]);
  expect(await page.evaluate(() => window.bridge.openFolder())).toEqual([]);
  await loadPreview(page);
  await eventually(() => summarise(page)).toMatchObject({ workspace: 'mine', events: 3, sources: 1 });
  await answerDialog(app, [more]);
  expect(await page.evaluate(() => window.bridge.openFolder())).toEqual([]);
  await loadPreview(page);
  await eventually(() => summarise(page)).toMatchObject({ workspace: 'mine', events: 5, sources: 2 });
});

test('a cancelled dialog changes nothing', async () => {
  const { page, app } = await launch();
  const before = await readState(page);
  await answerDialog(app, []);
  const problems = await page.evaluate(async () => [
    await window.bridge.openFolder(),
    await window.bridge.chooseWorkspace(),
    await window.bridge.newWorkspace(),
  ]);
  expect(problems).toEqual([[], [], []]);
  expect(await readState(page)).toEqual(before);
});

test('dropped files are opened by the paths that they have on disk', async () => {
  const { logs } = await makePlaces({ logs: 'dropped', events: 3 });
  const { page } = await launch();
  await page.evaluate(() => {
    document.body.append(Object.assign(document.createElement('input'), { type: 'file', id: 'probe' }));
  });
  await page.setInputFiles('#probe', path.join(logs, 'events.log'));
  const problems = await page.evaluate(() => {
    const files = document.querySelector<HTMLInputElement>('#probe')?.files ?? [];
    return window.bridge.openDropped([...files]);
  });
  expect(problems).toEqual([]);
  await loadPreview(page);
  await eventually(() => summarise(page)).toMatchObject({ workspace: 'events', events: 3 });
});

test('new, open and forget: workspaces come and go in the list, their files stay', async () => {
  const { folder } = await makePlaces({ logs: 'unused', events: 1 });
  const file = path.join(folder, 'case 7.duckdb');
  const { page, app } = await launch();
  await answerDialog(app, [path.join(folder, 'case 7')]);
  expect(await page.evaluate(() => window.bridge.newWorkspace())).toEqual([]);
  await eventually(() => summarise(page)).toMatchObject({ workspace: 'case 7', engine: 'running' });
  expect(await page.evaluate(() => window.bridge.newWorkspace())).toMatchObject([{ code: 'workspace/unavailable' }]);
  expect(await page.evaluate(() => window.bridge.openSample())).toEqual([]);
  expect(await summarise(page)).toMatchObject({ workspace: 'Sample logs', recents: ['Sample logs', 'case 7'] });
  const id = (await readState(page)).recents.find(({ name }) => name === 'case 7')?.id ?? '';
  expect(await page.evaluate((recentId) => window.bridge.openWorkspace(recentId), id)).toEqual([]);
  expect(await readState(page)).toMatchObject({ workspace: { id, name: 'case 7' } });
  await page.evaluate((recentId) => window.bridge.forgetWorkspace(recentId), id);
  expect(await summarise(page)).toMatchObject({ workspace: 'case 7', recents: ['Sample logs'] });
  expect(existsSync(file)).toBe(true);
});

test('what cannot be opened is named, with the reason', async () => {
  const { folder, userDataDir } = await makePlaces({ logs: 'unused', events: 1 });
  const missing = path.join(folder, 'nowhere');
  const { page, app } = await launch({ args: [missing], userDataDir });
  await eventually(() => readState(page)).toMatchObject({
    workspace: null,
    workspaceProblem: { code: 'file/missing', place: missing },
  });
  const damaged = path.join(folder, 'damaged.duckdb');
  await writeFile(damaged, 'this is no database, but a text that is long enough to look like one. '.repeat(200));
  await answerDialog(app, [damaged]);
  const problems = await page.evaluate(() => window.bridge.chooseWorkspace());
  expect(problems).toMatchObject([{ code: 'workspace/foreign' }]);
  expect(await readState(page)).toMatchObject({
    workspace: null,
    workspaceProblem: problems[0],
    engine: { state: 'none' },
    recents: [],
  });
});

test('a killed engine comes back with the workspace and the window goes on; after five times it waits for the user', async () => {
  const { logs, userDataDir } = await makePlaces({ logs: 'checkout', events: 3 });
  const { page, app } = await launch({ args: [logs], userDataDir });
  await eventually(() => summarise(page)).toMatchObject({ engine: 'running', events: 3 });
  for (let restarts = 1; restarts <= 5; restarts++) {
    process.kill(await waitForEngine(app), 'SIGKILL');
    await eventually(() => summarise(page)).toMatchObject({ engine: 'running', restarts, events: 3 });
  }
  process.kill(await waitForEngine(app), 'SIGKILL');
  await eventually(() => summarise(page)).toMatchObject({ workspace: 'checkout', engine: 'stopped' });
  await page.evaluate(() => window.bridge.restartEngine());
  await eventually(() => summarise(page)).toMatchObject({ workspace: 'checkout', engine: 'running', events: 3 });
});

test('a page that loads again, or that takes the place of a crashed one, gets a port of its own', async () => {
  const { logs, userDataDir } = await makePlaces({ logs: 'checkout', events: 3 });
  const { page, app } = await launch({ args: [logs], userDataDir });
  await eventually(() => summarise(page)).toMatchObject({ events: 3 });
  // Counted in main: the page's own driver does not outlive a crash.
  await app.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]!.webContents;
    const post = contents.postMessage.bind(contents);
    const counter = Object.assign(globalThis, { portsHanded: 0 });
    contents.postMessage = (channel, message, ports) => {
      counter.portsHanded += ports?.length ?? 0;
      post(channel, message, ports);
    };
  });
  const countPorts = () => app.evaluate(() => (globalThis as { portsHanded?: number }).portsHanded);
  await page.reload();
  await eventually(countPorts).toBe(1);
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer());
  await eventually(countPorts).toBe(2);
});

test('a second start hands its folder to the first and ends', async () => {
  const { logs, folder, userDataDir } = await makePlaces({ logs: 'first', events: 3 });
  const more = await makeLogs(folder, 'second', 2);
  const { page } = await launch({ args: [logs], userDataDir });
  await eventually(() => summarise(page)).toMatchObject({ workspace: 'first', events: 3 });
  const { status } = await runApp([`--user-data-dir=${userDataDir}`, 'second'], folder);
  expect(status).toBe(0);
  await eventually(() => summarise(page)).toMatchObject({ workspace: 'first', events: 5, sources: 2 });
  expect(path.basename(more)).toBe('second');
});

test.each(['killing the engine', 'quitting'])(
  '%s while it loads neither loses an event nor counts one twice',
  async (how) => {
    const { logs, userDataDir } = await makePlaces({ logs: 'busy', events: 0 });
    const line = '{"time":"2026-11-19T06:00:00Z","customer":"somebody","path":"/checkout","bytes":';
    const lines = (from: number) => Array.from({ length: 50_000 }, (_, index) => `${line}${from + index}}\n`).join('');
    for (let file = 0; file < 8; file++) await writeFile(path.join(logs, `${file}.log`), lines(file * 50_000));
    const first = await launch({ args: [logs], userDataDir });
    const engine = await waitForEngine(first.app);
    await eventually(async () => (await summarise(first.page)).events ?? 0).toBeGreaterThan(0);
    if (how === 'quitting') await first.close();
    else process.kill(engine, 'SIGKILL');
    const { page } = how === 'quitting' ? await launch({ userDataDir }) : first;
    // Asked for together: a load that was over before the kill shows every event while the old engine still counts as running.
    await eventually(() => summarise(page)).toMatchObject({
      workspace: 'busy',
      engine: 'running',
      events: 400_000,
      sources: 1,
      restarts: how === 'quitting' ? 0 : 1,
    });
  },
);

test('of two workspaces asked for at once, the one asked for last is open', async () => {
  const { folder } = await makePlaces({ logs: 'unused', events: 1 });
  const { page, app } = await launch({ args: ['--sample'] });
  await answerDialog(app, [path.join(folder, 'case 7')]);
  await page.evaluate(() => window.bridge.newWorkspace());
  const [made, sample] = (await readState(page)).recents.map(({ id }) => id);
  const open = (...ids: (string | undefined)[]) =>
    page.evaluate((all) => Promise.all(all.map((id) => window.bridge.openWorkspace(id ?? ''))), ids);
  expect(await open(sample, made, sample)).toEqual([[], [], []]);
  expect(await summarise(page)).toMatchObject({ workspace: 'Sample logs', engine: 'running' });
  expect(await open(made, sample, made)).toEqual([[], [], []]);
  expect(await summarise(page)).toMatchObject({ workspace: 'case 7', engine: 'running' });
});

test('quitting closes the workspace and ends the engine', async () => {
  const { logs, userDataDir } = await makePlaces({ logs: 'checkout', events: 3 });
  const { page, app, close } = await launch({ args: [logs], userDataDir });
  await eventually(() => summarise(page)).toMatchObject({ events: 3 });
  const engine = await waitForEngine(app);
  await close();
  expect(isRunning(engine)).toBe(false);
  expect(existsSync(path.join(userDataDir, 'workspaces', 'checkout.duckdb.lock'))).toBe(false);
});

test('an engine that does not answer keeps nobody from quitting', async () => {
  const { logs, userDataDir } = await makePlaces({ logs: 'checkout', events: 3 });
  const { page, app, close } = await launch({ args: [logs], userDataDir });
  await eventually(() => summarise(page)).toMatchObject({ events: 3 });
  const engine = await waitForEngine(app);
  process.kill(engine, 'SIGSTOP');
  const startedMs = Date.now();
  await close();
  expect(Date.now() - startedMs).toBeLessThan(6000);
  expect(isRunning(engine)).toBe(false);
});

test('theme and place of the window are kept', async () => {
  const { userDataDir } = await makePlaces({ logs: 'unused', events: 1 });
  const first = await launch({ userDataDir });
  await first.page.evaluate(() => window.bridge.changeSettings({ theme: 'dark' }));
  const placed = await first.app.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    window?.setBounds({ x: 40, y: 50, width: 1000, height: 640 });
    return window?.getBounds();
  });
  await first.close();
  const second = await launch({ userDataDir });
  const kept = await second.app.evaluate(({ BrowserWindow, nativeTheme }) => {
    const [window] = BrowserWindow.getAllWindows();
    return { theme: nativeTheme.themeSource, bounds: window?.getBounds(), minimum: window?.getMinimumSize() };
  });
  expect(kept).toEqual({ theme: 'dark', bounds: placed, minimum: [960, 600] });
  expect(await readState(second.page)).toMatchObject({ settings: { theme: 'dark' } });
});

test('the app answers the arguments of the command line without a window', async () => {
  const { status, stdout } = await runApp(['--version'], repositoryRoot);
  expect({ status, stdout: stdout.trim() }).toEqual({ status: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+$/) });
  expect(await runApp(['report', '--no-such-option'], repositoryRoot)).toMatchObject({ status: 2, stdout: '' });
});

/** Waits until `read` gives what is expected; engines start slowly on a busy machine. */
function eventually<T>(read: () => T | Promise<T>) {
  return expect.poll(read, { timeout: 20_000 });
}

/** Starts the app and closes it when the test is over, unless the test does. */
async function launch(options: LaunchOptions = {}) {
  const { app, window: page, ...launched } = await launchApp(options);
  let closing: Promise<void> | null = null;
  const close = () => {
    closing ??= launched.close();
    return closing;
  };
  onTestFinished(close);
  return { app, page, close };
}

/** Runs the app as a shell would, until it ends. */
async function runApp(args: string[], cwd: string): Promise<{ status: number | null; stdout: string }> {
  const runtime = await findRuntime({ say: () => {} });
  const flags = listDisplayFlags(runtime.dist, () => {});
  const child = spawn(runtime.executable, [repositoryRoot, ...flags, ...args], {
    cwd,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let stdout = '';
  child.stdout.on('data', (bytes: Buffer) => {
    stdout += bytes.toString();
  });
  return new Promise((resolve) => child.once('close', (status) => resolve({ status, stdout })));
}

/** A folder that is removed after the test, with logs and a place for user data in it. */
async function makePlaces({ logs, events }: { logs: string; events: number }) {
  const folder = await mkdtemp(path.join(tmpdir(), 'contributor-insights-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));
  return { folder, logs: await makeLogs(folder, logs, events), userDataDir: path.join(folder, 'user') };
}

async function makeLogs(folder: string, name: string, events: number): Promise<string> {
  const logs = path.join(folder, name);
  await mkdir(logs);
  await writeFile(path.join(logs, 'events.log'), makeLines(events));
  return logs;
}

function makeLines(count: number): string {
  return Array.from({ length: count }, (_, index) => `{"time":"2026-11-19T06:00:0${index}Z","customer":"a"}\n`).join(
    '',
  );
}

function readState(page: Page): Promise<AppState> {
  return page.evaluate(() => window.bridge.state());
}

/** What a user sees of the state; counts are those that the engine gave last. */
async function summarise(page: Page) {
  const { workspace, engine, recents } = await readState(page);
  const recent = recents.find(({ id }) => id === workspace?.id);
  return {
    workspace: workspace?.name,
    engine: engine.state,
    restarts: engine.restarts,
    events: recent?.events,
    sources: recent?.sources,
    recents: recents.map(({ name }) => name),
  };
}

/** Loads the folder that is shown before it is loaded. */
async function loadPreview(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Load 1 file' }).click();
}

/** Lets the system's dialogs answer with these paths, or be cancelled where there are none. */
function answerDialog(app: ElectronApplication, paths: string[]): Promise<void> {
  return app.evaluate(({ dialog }, filePaths) => {
    const canceled = filePaths.length === 0;
    dialog.showOpenDialog = async () => ({ canceled, filePaths });
    dialog.showSaveDialog = async () => ({ canceled, filePath: filePaths[0] ?? '' });
  }, paths);
}

/** Process id of the engine, once there is one. */
async function waitForEngine(app: ElectronApplication): Promise<number> {
  await eventually(() => findEngine(app)).toBeTypeOf('number');
  return (await findEngine(app)) ?? 0;
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
