import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Launched, launchApp } from '../support/electron';

/** All of `Bridge` in shared/bridge.ts, in the order of the alphabet. */
const bridgeCalls = `
  changeSettings chooseCaseFile chooseNamesFile chooseWorkspace copyImage copyText forgetWorkspace newWorkspace onState
  openDropped openFolder openSample openWorkspace ready restartEngine saveFile showWorkspaceFile showWorkspacesFolder
  state takeGrants`
  .trim()
  .split(/\s+/);

let launched: Launched;
let outside: Outside;

beforeAll(async () => {
  outside = await listenOutside();
  launched = await launchApp();
});
afterAll(async () => {
  await launched?.close();
  outside?.close();
});

/** What somebody would have who runs script in the page, through a hole that we do not know of. */
describe('a script in the page', () => {
  test('finds no Node, no Electron, and of ours the bridge alone', async () => {
    const found = await launched.window.evaluate(() => ({
      globals: ['process', 'require', 'module', 'Buffer', 'global', 'electron', 'ipcRenderer'].filter(
        (n) => n in window,
      ),
      bridge: Object.keys(window.bridge).sort(),
    }));
    expect(found).toEqual({ globals: [], bridge: bridgeCalls });
  });

  test('runs in the sandbox, in a world apart from the preload', async () => {
    const preferences = await launched.app.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents;
      // Not in Electron's public types.
      return (contents as unknown as { getLastWebPreferences(): Record<string, unknown> }).getLastWebPreferences();
    });
    expect(preferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
    });
  });

  test('can neither evaluate text nor add scripts or markup', async () => {
    const outcome = await launched.window.evaluate(async () => {
      // What the debugger itself evaluates is exempt from the policy; a later task is not.
      await new Promise((resolve) => setTimeout(resolve));
      const attempt = (work: () => unknown) => {
        try {
          work();
          return 'done';
        } catch (cause) {
          return (cause as Error).name;
        }
      };
      const script = document.createElement('script');
      return {
        evaluate: attempt(() => new Function('return 1')()),
        timer: attempt(() => setTimeout('1' as unknown as () => void, 0)),
        scriptText: attempt(() => script.append('1')),
        scriptAddress: attempt(() => script.setAttribute('src', 'data:text/javascript,1')),
        worker: attempt(() => new Worker('data:text/javascript,1')),
        handler: attempt(() => document.body.setAttribute('onclick', '1')),
        markup: attempt(() => document.body.insertAdjacentHTML('beforeend', '<b>injected</b>')),
      };
    });
    expect(outcome).toEqual({
      evaluate: 'EvalError',
      timer: 'TypeError',
      scriptText: 'TypeError',
      scriptAddress: 'TypeError',
      worker: 'TypeError',
      handler: 'TypeError',
      markup: 'TypeError',
    });
  });

  test('styles the page only with the nonce of this load', async () => {
    const styled = await launched.window.evaluate(() => {
      const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
      const apply = (withNonce: string) => {
        const style = document.createElement('style');
        style.nonce = withNonce;
        style.append(':root { --probe: applied }');
        document.head.append(style);
        const value = getComputedStyle(document.documentElement).getPropertyValue('--probe');
        style.remove();
        return value.trim();
      };
      return { without: apply(''), guessed: apply('AAAAAAAAAAAAAAAAAAAAAA=='), with: apply(nonce) };
    });
    expect(styled).toEqual({ without: '', guessed: '', with: 'applied' });
  });

  test('reaches nothing outside, whichever way it tries', async () => {
    const outcomes = await launched.window.evaluate(async (base) => {
      const settle = (target: EventTarget) =>
        new Promise<string>((resolve) => {
          for (const type of ['load', 'open', 'error']) target.addEventListener(type, () => resolve(type));
        });
      const place = (tag: string, attributes: Record<string, string>) => {
        const element = Object.assign(document.createElement(tag), attributes);
        document.head.append(element);
        return element;
      };
      const request = new XMLHttpRequest();
      request.open('GET', base);
      request.send();
      // No event tells of the outcome of these.
      for (const rel of ['preconnect', 'dns-prefetch', 'prerender', 'icon']) place('link', { rel, href: base });
      navigator.sendBeacon(base, 'x');
      const secure = base.replace('http:', 'https:');
      return {
        fetch: await fetch(base).then(String, ({ name }) => name),
        secureFetch: await fetch(secure).then(String, ({ name }) => name),
        request: await settle(request),
        socket: await settle(new WebSocket(base.replace('http:', 'ws:'))),
        stream: await settle(new EventSource(base)),
        image: await settle(place('img', { src: `${base}/image` })),
        style: await settle(place('link', { rel: 'stylesheet', href: `${base}/style` })),
        prefetch: await settle(place('link', { rel: 'prefetch', href: `${base}/prefetch` })),
      };
    }, outside.url);
    expect(outcomes).toEqual({
      fetch: 'TypeError',
      secureFetch: 'TypeError',
      request: 'error',
      socket: 'error',
      stream: 'error',
      image: 'error',
      style: 'error',
      prefetch: 'error',
    });
    const candidates = await launched.window.evaluate(async (host) => {
      const turn = { urls: `turn:${host}?transport=tcp`, username: 'a', credential: 'b' };
      const connection = new RTCPeerConnection({ iceServers: [{ urls: `stun:${host}` }, turn] });
      const found: string[] = [];
      const gathered = new Promise<void>((resolve) => {
        connection.onicecandidate = ({ candidate }) => (candidate ? found.push(candidate.candidate) : resolve());
      });
      connection.createDataChannel('out');
      await connection.setLocalDescription(await connection.createOffer());
      await gathered;
      connection.close();
      return found;
    }, new URL(outside.url).host);
    expect(candidates).toEqual([]);
    expect(outside.connections).toBe(0);
  });

  test('is denied every permission', async () => {
    const answers = await launched.window.evaluate(async () => {
      const names = [
        'geolocation',
        'notifications',
        'camera',
        'microphone',
        'clipboard-read',
        'clipboard-write',
        'midi',
      ];
      const states = names.map((name) => navigator.permissions.query({ name: name as PermissionName }));
      return {
        states: [...new Set((await Promise.all(states)).map(({ state }) => state))],
        notifications: await Notification.requestPermission(),
        place: await new Promise((resolve) =>
          navigator.geolocation.getCurrentPosition(resolve, ({ code }) => resolve(code)),
        ),
        screen: await navigator.mediaDevices.getDisplayMedia().then(String, ({ name }) => name),
        clipboard: await navigator.clipboard.readText().then(String, ({ name }) => name),
      };
    });
    expect(answers).toEqual({
      states: ['denied'],
      notifications: 'denied',
      place: 1,
      screen: 'NotAllowedError',
      clipboard: 'NotAllowedError',
    });
  });

  test('opens no other window', async () => {
    const opened = await launched.window.evaluate((url) => {
      const link = Object.assign(document.createElement('a'), { href: url, target: '_blank' });
      document.body.append(link);
      link.click();
      link.remove();
      return [window.open(url), window.open('about:blank'), window.open(location.href)];
    }, outside.url);
    expect(opened).toEqual([null, null, null]);
    const count = await launched.app.evaluate(({ webContents }) => webContents.getAllWebContents().length);
    expect(count).toBe(1);
    expect(outside.connections).toBe(0);
  });

  test.each([
    ['a web page', () => outside.url],
    ['a secure web page', () => 'https://example.com/'],
    ['a file of the bundle that is not the page', () => 'app://bundle/assets/'],
    ['another host of our scheme', () => 'app://elsewhere/index.html'],
  ])('cannot go to %s', async (_what, target) => {
    await launched.app.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents;
      // Registered after the app's own listeners, so that it sees what they decided.
      const decided = new Promise((resolve) => {
        contents?.once('will-frame-navigate', (event) => resolve(event.defaultPrevented));
      });
      Object.assign(globalThis, { decided });
    });
    await launched.window.evaluate((url) => {
      location.href = url;
    }, target());
    expect(await wasPrevented()).toBe(true);
    expect(launched.window.url()).toBe('app://bundle/index.html');
    expect(outside.connections).toBe(0);
  });

  test('cannot go to a file', async () => {
    const refused = launched.window.waitForEvent('console', (message) => message.text().includes('local resource'));
    await launched.window.evaluate(() => {
      location.href = 'file:///etc/hostname';
    });
    expect((await refused).text()).toMatch(/Not allowed to load local resource/);
    expect(launched.window.url()).toBe('app://bundle/index.html');
  });

  test('downloads nothing', async () => {
    await launched.app.evaluate(({ session }) => {
      const decided = new Promise((resolve) => {
        session.defaultSession.once('will-download', (event) => resolve(event.defaultPrevented));
      });
      Object.assign(globalThis, { decided });
    });
    await launched.window.evaluate(() => {
      const href = URL.createObjectURL(new Blob(['x']));
      Object.assign(document.createElement('a'), { href, download: 'x.txt' }).click();
    });
    expect(await wasPrevented()).toBe(true);
  });

  test('is refused calls of the bridge with arguments that are none', async () => {
    const answers = await launched.window.evaluate(async () => {
      const { bridge } = window;
      const attempt = (call: () => Promise<unknown>) => call().then(String, ({ message }) => String(message));
      return Promise.all([
        attempt(() => bridge.changeSettings({ theme: 'neon' as 'dark' })),
        attempt(() => bridge.changeSettings({ memoryMb: -1 })),
        attempt(() => bridge.changeSettings({ window: null } as object)),
        attempt(() => bridge.openWorkspace('../../elsewhere.duckdb')),
        attempt(() => bridge.openWorkspace({ id: 1 } as unknown as string)),
        attempt(() => bridge.forgetWorkspace(['a'] as unknown as string)),
        attempt(() => bridge.copyText(7 as unknown as string)),
      ]);
    });
    expect(answers).toHaveLength(7);
    for (const answer of answers) expect(answer).toContain('has arguments that it does not take');
  });

  test('gets no grant for a file that it made up', async () => {
    const before = await launched.window.evaluate(() => window.bridge.state());
    await launched.window.evaluate(() => window.bridge.openDropped([new File(['x'], '/etc/hostname')]));
    expect(await launched.window.evaluate(() => window.bridge.state())).toEqual(before);
  });
});

/** The layers below the page's own policy, tried by a window that has none of it. */
describe('a window that is not ours', () => {
  test('loads nothing from the web or the disk', async () => {
    const loads = await launched.app.evaluate(async ({ BrowserWindow }, url) => {
      const targets = [url, url.replace('http:', 'https:'), 'file:///etc/hostname'];
      const load = async (target: string) => {
        const window = new BrowserWindow({ show: false });
        const outcome = await window.loadURL(target).then(
          () => 'loaded',
          (cause: { code: string }) => cause.code,
        );
        window.destroy();
        return outcome;
      };
      return Promise.all(targets.map(load));
    }, outside.url);
    expect(loads).toEqual(['ERR_BLOCKED_BY_CLIENT', 'ERR_BLOCKED_BY_CLIENT', 'ERR_BLOCKED_BY_CLIENT']);
    expect(outside.connections).toBe(0);
  });

  test('is refused every call, even with Node and our preload', async () => {
    const answers = await launched.app.evaluate(async ({ BrowserWindow }) => {
      const window = new BrowserWindow({
        show: false,
        webPreferences: { sandbox: false, nodeIntegration: true, contextIsolation: false },
      });
      await window.loadURL('app://bundle/index.html');
      const answers: unknown = await window.webContents.executeJavaScript(`(async () => {
        const { ipcRenderer } = require('electron');
        const attempt = (...args) => ipcRenderer.invoke(...args).then(String, ({ message }) => message);
        return [await attempt('state'), await attempt('openDropped', ['/etc']), await attempt('constructor')];
      })()`);
      window.destroy();
      return answers;
    });
    expect(answers).toEqual([
      expect.stringContaining('does not come from the window'),
      expect.stringContaining('does not come from the window'),
      expect.stringContaining('No handler registered'),
    ]);
  });
});

describe('app://', () => {
  const read = (url: string, method = 'GET') =>
    launched.app.evaluate(
      async ({ session }, request) => {
        const response = await session.defaultSession.fetch(request.url, { method: request.method });
        return {
          status: response.status,
          policy: response.headers.get('content-security-policy') ?? '',
          sniffing: response.headers.get('x-content-type-options'),
          body: await response.text(),
        };
      },
      { url, method },
    );

  test('serves the page with a policy that allows nothing but its own bundle, and a nonce used once', async () => {
    const [first, second] = [await read('app://bundle/index.html'), await read('app://bundle/index.html')];
    const nonceOf = (page: typeof first) => /'nonce-([^']+)'/.exec(page.policy)?.[1];
    expect(Buffer.from(nonceOf(first) ?? '', 'base64')).toHaveLength(16);
    expect(nonceOf(second)).not.toBe(nonceOf(first));
    expect(first.body).toContain(`nonce="${nonceOf(first)}"`);
    expect(first.policy.replace(/'nonce-[^']+'/, "'nonce'").split('; ')).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self' 'nonce'",
      "img-src 'self' data:",
      "font-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      'trusted-types svelte-trusted-html',
    ]);
    expect(first.sniffing).toBe('nosniff');
  });

  test.each([
    'app://bundle/../../package.json',
    'app://bundle/../main/index.js',
    'app://bundle/%2e%2e/main/index.js',
    'app://bundle/..%2fmain%2findex.js',
    'app://bundle/..%5cmain%5cindex.js',
    'app://bundle/assets/../../main/index.js',
    'app://bundle//etc/hostname',
    'app://bundle/assets',
    'app://bundle/',
    'app://elsewhere/index.html',
  ])('does not serve %s', async (url) => {
    expect(await read(url)).toMatchObject({ status: 404, body: '' });
  });

  test('answers nothing but GET', async () => {
    expect(await read('app://bundle/index.html', 'POST')).toMatchObject({ status: 405, body: '' });
  });
});

/** What main decided on the event that the test prepared for. */
function wasPrevented(): Promise<boolean | undefined> {
  return launched.app.evaluate(() => (globalThis as { decided?: Promise<boolean> }).decided);
}

type Outside = { url: string; connections: number; close(): void };

/** A server on this machine that counts who connects. */
async function listenOutside(): Promise<Outside> {
  const server = createServer((socket) => {
    listening.connections += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const listening = { url: `http://127.0.0.1:${port}`, connections: 0, close: () => void server.close() };
  return listening;
}
