import { contextBridge, type IpcRendererEvent, ipcRenderer, webUtils } from 'electron';
import type { AppState, Bridge, EnginePort } from '../../shared/bridge';

// The page's global scope, as far as it is used here: Node's types have no `window`.
declare const window: {
  postMessage(message: EnginePort, targetOrigin: string, ports: IpcRendererEvent['ports']): void;
};
declare const location: { origin: string };

const call = (name: keyof Bridge, ...args: unknown[]) => ipcRenderer.invoke(name, ...args);

const bridge: Bridge = {
  ready: () => call('ready'),
  state: () => call('state'),
  onState: (listener) => {
    const pass = (_event: unknown, state: AppState) => listener(state);
    ipcRenderer.on('state', pass);
    return () => ipcRenderer.off('state', pass);
  },
  openFolder: () => call('openFolder'),
  openDropped: (files) => call('openDropped', files.map(findPath).filter(Boolean)),
  openSample: () => call('openSample'),
  takeGrants: () => call('takeGrants'),
  openWorkspace: (recentId) => call('openWorkspace', recentId),
  chooseWorkspace: () => call('chooseWorkspace'),
  newWorkspace: () => call('newWorkspace'),
  forgetWorkspace: (recentId) => call('forgetWorkspace', recentId),
  showWorkspaceFile: () => call('showWorkspaceFile'),
  restartEngine: () => call('restartEngine'),
  changeSettings: (changes) => call('changeSettings', changes),
  showWorkspacesFolder: () => call('showWorkspacesFolder'),
  copyText: (text) => call('copyText', text),
  copyImage: (png) => call('copyImage', png),
  saveFile: (file) => call('saveFile', file),
  chooseCaseFile: () => call('chooseCaseFile'),
  chooseNamesFile: () => call('chooseNamesFile'),
};

// Electrons before 30 have the path on the file itself. Both give '' for a file that the page made up.
const findPath = (file: File & { path?: string }) =>
  file instanceof File ? (webUtils?.getPathForFile(file) ?? file.path ?? '') : '';

contextBridge.exposeInMainWorld('bridge', bridge);
// A DOM port does not cross the bridge, but a message to the page's own window.
ipcRenderer.on('engine-port', ({ ports }, message: EnginePort) => window.postMessage(message, location.origin, ports));
