import { app, Menu, type MenuItemConstructorOptions } from 'electron';
import type { Problem } from '../../shared/problem';
import { type Actions, toProblems } from './actions';
import { showProblems } from './dialogs';
import type { MainWindow } from './windows';

/** Sets the app's menu. Problems of what is asked for here are shown in a box, since no view waits for them. */
export function setMenu(actions: Actions, window: MainWindow): void {
  const ask = (action: () => Promise<Problem[]>) => async () => {
    const problems = await action().catch(toProblems);
    if (window.browserWindow !== null) await showProblems(window.browserWindow, problems);
  };
  const isMac = process.platform === 'darwin';
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  const file: MenuItemConstructorOptions[] = [
    { label: 'Open Log Folder…', accelerator: 'CmdOrCtrl+O', click: ask(() => actions.openFolder()) },
    { label: 'Explore Sample Logs', click: ask(() => actions.openSample()) },
    separator,
    { label: 'New Workspace…', accelerator: 'CmdOrCtrl+Shift+N', click: ask(() => actions.newWorkspace()) },
    { label: 'Open Workspace…', accelerator: 'CmdOrCtrl+Shift+O', click: ask(() => actions.chooseWorkspace()) },
    { label: 'Show Workspace File', click: () => actions.showWorkspaceFile() },
    separator,
    { role: isMac ? 'close' : 'quit' },
  ];
  const development: MenuItemConstructorOptions[] = [{ role: 'reload' }, { role: 'toggleDevTools' }, separator];
  const view: MenuItemConstructorOptions[] = [
    ...(app.isPackaged ? [] : development),
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    separator,
    { role: 'togglefullscreen' },
  ];
  const menu: MenuItemConstructorOptions[] = [
    { role: 'fileMenu', submenu: file },
    { role: 'editMenu' },
    { role: 'viewMenu', submenu: view },
    { role: 'help', submenu: [{ role: 'about' }] },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(isMac ? [{ role: 'appMenu' }, ...menu] : menu));
}
