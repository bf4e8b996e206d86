import { isAbsolute } from 'node:path';
import { clipboard, type IpcMainInvokeEvent, ipcMain, nativeTheme } from 'electron';
import { z } from 'zod';
import type { Bridge } from '../../shared/bridge';
import type { Problem } from '../../shared/problem';
import { type Actions, toProblems } from './actions';
import { copyPicture } from './clipboard-picture';
import type { OpenWorkspace } from './open-workspace';
import { SettingsChanges, writeSettings } from './settings';
import type { StateStore } from './state';
import { isPage } from './window-page';
import type { MainWindow } from './windows';

/** The calls of the bridge that the preload passes on, each on a channel of its name. */
export type Call = Exclude<keyof Bridge, 'onState'>;

type Answer<C extends Call> = ReturnType<Bridge[C]> | Awaited<ReturnType<Bridge[C]>>;

const Nothing = z.tuple([]);
const RecentId = z.tuple([z.uuid()]);
const Changes = z.tuple([SettingsChanges]);
const Text = z.tuple([z.string().max(64 * 1024 * 1024)]);
const Bytes = z.custom<Uint8Array>((value) => ArrayBuffer.isView(value));
const Picture = z.tuple([Bytes]);
const File = z.tuple([z.strictObject({ name: z.string().max(1000), data: z.union([z.string(), Bytes]) })]);
const AbsolutePath = z.string().max(32_768).refine(isAbsolute);
const Paths = z.tuple([z.array(AbsolutePath).max(10_000)]);

/**
 * Answers the calls of the bridge. A call is refused unless the window's own page makes it from its main frame, with
 * arguments of the right shape.
 */
export function answerCalls(
  actions: Actions,
  open: OpenWorkspace,
  state: StateStore,
  window: MainWindow,
  userDataPath: string,
): void {
  const handlers: { [C in Call]: (args: unknown[]) => Answer<C> } = {
    ready: withArguments(Nothing, () => {
      window.noteListening();
      open.connectWindow();
    }),
    state: withArguments(Nothing, () => state.get()),
    openFolder: withArguments(Nothing, () => collectProblems(actions.openFolder())),
    openDropped: withArguments(Paths, (paths) => collectProblems(actions.openPaths(paths, true))),
    openSample: withArguments(Nothing, () => collectProblems(actions.openSample())),
    takeGrants: withArguments(Nothing, () => open.takeGrants()),
    openWorkspace: withArguments(RecentId, (id) => collectProblems(actions.openRecent(id))),
    chooseWorkspace: withArguments(Nothing, () => collectProblems(actions.chooseWorkspace())),
    newWorkspace: withArguments(Nothing, () => collectProblems(actions.newWorkspace())),
    forgetWorkspace: withArguments(RecentId, (id) => actions.forgetWorkspace(id)),
    showWorkspaceFile: withArguments(Nothing, () => actions.showWorkspaceFile()),
    restartEngine: withArguments(Nothing, () => open.restartEngine()),
    changeSettings: withArguments(Changes, (changes) => {
      const settings = { ...state.get().settings, ...changes };
      nativeTheme.themeSource = settings.theme;
      writeSettings(userDataPath, changes);
      state.update({ settings });
      return open.applyLimits();
    }),
    showWorkspacesFolder: withArguments(Nothing, () => actions.showWorkspacesFolder()),
    copyText: withArguments(Text, (text) => clipboard.writeText(text)),
    copyImage: withArguments(Picture, (png) => copyPicture(png)),
    saveFile: withArguments(File, (file) => actions.saveFile(file)),
    chooseCaseFile: withArguments(Nothing, () => actions.chooseCaseFile()),
    chooseNamesFile: withArguments(Nothing, () => actions.chooseNamesFile()),
  };
  for (const [call, handle] of Object.entries(handlers)) {
    ipcMain.handle(call, (event, ...args: unknown[]) => {
      if (!isFromPage(event, window)) throw new Error('This call does not come from the window.');
      return handle(args);
    });
  }
}

function withArguments<Args extends unknown[], Result>(schema: z.ZodType<Args>, work: (...args: Args) => Result) {
  return (args: unknown[]): Result => {
    const parsed = schema.safeParse(args);
    if (!parsed.success) throw new Error('A call of the bridge has arguments that it does not take.');
    return work(...parsed.data);
  };
}

function collectProblems(work: Promise<Problem[]>): Promise<Problem[]> {
  return work.catch(toProblems);
}

function isFromPage({ sender, senderFrame }: IpcMainInvokeEvent, window: MainWindow): boolean {
  if (sender !== window.browserWindow?.webContents) return false;
  // The frame is null where it has gone meanwhile; only the main frame has no parent.
  return senderFrame !== null && senderFrame.parent === null && isPage(senderFrame.url);
}
