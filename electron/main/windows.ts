import { join } from 'node:path';
import { app, BrowserWindow, type MessagePortMain, nativeTheme, type Rectangle, screen } from 'electron';
import type { AppState, EnginePort } from '../../shared/bridge';
import { readWindowPlace, type WindowPlace, writeSettings } from './settings';
import { pageUrl } from './window-page';

const minimum = { width: 960, height: 600 };
const usual = { width: 1440, height: 900 };
/** The content's surface in `renderer/styles`, so that nothing flashes before the page is painted. */
const background = { light: '#ffffff', dark: '#14181d' };
/** A page that dies as often within a minute is not loaded again. */
const reloadLimit = 3;

/** The app's one window. */
export class MainWindow {
  #window: BrowserWindow | null = null;
  #isListening = false;
  #reloadedAtMs: number[] = [];

  constructor(private readonly userDataPath: string) {}

  /** Whether the page has said that it takes ports; a page that is loaded again has to say so again. */
  get isListening(): boolean {
    return this.#isListening;
  }

  /** The window for dialogs to hang on; null before it is shown and after it was closed. */
  get browserWindow(): BrowserWindow | null {
    return this.#window;
  }

  /** Makes the window and loads its page; it shows itself when there is something to see. */
  open(): void {
    const place = readWindowPlace(this.userDataPath);
    const window = new BrowserWindow({
      ...fitToDisplay(place),
      minWidth: minimum.width,
      minHeight: minimum.height,
      show: false,
      autoHideMenuBar: true,
      title: app.name,
      backgroundColor: chooseBackground(),
      webPreferences: {
        preload: join(app.getAppPath(), 'out', 'preload', 'index.js'),
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        webSecurity: true,
        webviewTag: false,
        spellcheck: false,
        devTools: !app.isPackaged,
      },
    });
    this.#window = window;
    if (place?.maximized) window.maximize();
    window.once('ready-to-show', () => window.show());
    window.on('page-title-updated', (event) => event.preventDefault());
    window.on('close', () => this.#keepPlace(window));
    window.once('closed', () => {
      this.#window = null;
      this.#isListening = false;
      nativeTheme.off('updated', paint);
    });
    const paint = () => window.setBackgroundColor(chooseBackground());
    nativeTheme.on('updated', paint);
    const { webContents } = window;
    webContents.on('did-start-navigation', (details) => {
      if (details.isMainFrame && !details.isSameDocument) this.#isListening = false;
    });
    webContents.on('render-process-gone', (_event, { reason }) => {
      this.#isListening = false;
      if (reason !== 'clean-exit') this.#reload(window, reason);
    });
    void window.loadURL(pageUrl());
  }

  /** Brings the window to the front. */
  focus(): void {
    if (this.#window?.isMinimized()) this.#window.restore();
    this.#window?.focus();
  }

  /** Takes the window from the screen while the app still has to finish something. */
  hide(): void {
    if (this.#window === null) return;
    this.#keepPlace(this.#window);
    this.#window.hide();
  }

  /** Notes that the page takes ports from now on. */
  noteListening(): void {
    this.#isListening = true;
  }

  /** Tells the page the new state, and names the window after the workspace. */
  showState(state: AppState): void {
    this.#window?.setTitle(state.workspace?.name ?? app.name);
    this.#window?.webContents.send('state', state);
  }

  /** Hands a port to the page. */
  sendPort(message: EnginePort, port: MessagePortMain): void {
    this.#window?.webContents.postMessage('engine-port', message, [port]);
  }

  #reload(window: BrowserWindow, reason: string): void {
    const nowMs = Date.now();
    this.#reloadedAtMs = [...this.#reloadedAtMs.filter((timeMs) => nowMs - timeMs < 60_000), nowMs];
    console.error(`The window's page ended by itself: ${reason}.`);
    if (this.#reloadedAtMs.length <= reloadLimit) window.reload();
  }

  #keepPlace(window: BrowserWindow): void {
    if (!window.isVisible()) return;
    const place = { ...window.getNormalBounds(), maximized: window.isMaximized() };
    writeSettings(this.userDataPath, { window: place });
  }
}

function chooseBackground(): string {
  return nativeTheme.shouldUseDarkColors ? background.dark : background.light;
}

/** Where the window was, if a display still shows that place; else its usual size in the middle of the main display. */
function fitToDisplay(place: WindowPlace | null): Partial<Rectangle> {
  if (place !== null) {
    const { x, y, width, height } = place;
    const area = screen.getDisplayMatching({ x, y, width, height }).workArea;
    // Enough of the title bar to take hold of.
    const isReachable =
      x + width > area.x + 100 && x < area.x + area.width - 100 && y >= area.y - 10 && y < area.y + area.height - 50;
    if (isReachable) return { x, y, width, height };
  }
  const { width, height } = screen.getPrimaryDisplay().workAreaSize;
  return { width: Math.min(usual.width, width), height: Math.min(usual.height, height) };
}
