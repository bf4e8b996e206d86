import { app } from 'electron';

/** The scheme and host that the window's page comes from. */
export const pageScheme = 'app';
export const pageHost = 'bundle';

/** The one page that the window shows: our own, or during `npm run dev` that of the development server. */
export function pageUrl(): string {
  return developmentUrl() ?? `${pageScheme}://${pageHost}/index.html`;
}

/** Whether `url` is the window's page, apart from query and fragment. */
export function isPage(url: string): boolean {
  const [given, page] = [parseUrl(url), new URL(pageUrl())];
  return given !== null && isSameHost(given, page) && given.pathname === page.pathname;
}

/** Whether anything may be loaded from `url`. In an installed app that is what lies in its own bundle, and no more. */
export function isLoadable(url: string): boolean {
  const given = parseUrl(url);
  if (given === null) return false;
  if (given.protocol === `${pageScheme}:`) return given.host === pageHost;
  if (app.isPackaged) return false;
  const server = developmentUrl();
  return given.protocol === 'devtools:' || (server !== null && given.host === new URL(server).host);
}

/** URL of the development server, which electron-vite names; null in an installed app, whatever its environment says. */
export function developmentUrl(): string | null {
  return app.isPackaged ? null : (process.env.ELECTRON_RENDERER_URL ?? null);
}

// Not by `origin`, which is 'null' for schemes of one's own.
function isSameHost(a: URL, b: URL): boolean {
  return a.protocol === b.protocol && a.host === b.host;
}

function parseUrl(url: string): URL | null {
  try {
    return new URL(url);
  } catch {
    return null;
  }
}
