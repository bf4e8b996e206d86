import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { app, protocol, type Session } from 'electron';
import { pageHost, pageScheme } from './window-page';

const contentTypes: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** Makes `app:` a scheme like `https:`, with origins and relative links. To be called before the app is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: pageScheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** Serves the window's page and its parts to `session`: exactly the files that were built, listed once at the start. */
export function serveBundle(session: Session): void {
  const files = listFiles(join(app.getAppPath(), 'out', 'renderer'));
  session.protocol.handle(pageScheme, async (request) => {
    const url = new URL(request.url);
    if (request.method !== 'GET') return refuse(405);
    const file = url.host === pageHost ? files.get(url.pathname) : undefined;
    if (file === undefined) return refuse(404);
    return file.endsWith('.html') ? servePage(file) : serveFile(file);
  });
}

/** The page may load from its own bundle only; nothing inline runs, and nothing at all connects anywhere. */
function writePolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    // Svelte makes its static templates through this one.
    'trusted-types svelte-trusted-html',
  ].join('; ');
}

async function servePage(file: string): Promise<Response> {
  const nonce = randomBytes(16).toString('base64');
  const html = await readFile(file, 'utf8');
  // Where Vite, too, puts it: scripts that make <style> elements read the `nonce` property of this element.
  const page = html.replace('<head>', `<head>\n    <meta property="csp-nonce" nonce="${nonce}" />`);
  return new Response(page, { headers: { ...headersFor(file), 'content-security-policy': writePolicy(nonce) } });
}

async function serveFile(file: string): Promise<Response> {
  return new Response(await readFile(file), { headers: headersFor(file) });
}

function headersFor(file: string): Record<string, string> {
  return {
    'content-type': contentTypes[extname(file)] ?? 'application/octet-stream',
    'cache-control': 'no-store',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  };
}

function refuse(status: number): Response {
  return new Response(null, { status });
}

/** Files below `folder` of the types that a page needs, by the path of their URL. */
function listFiles(folder: string, urlPath = ''): Map<string, string> {
  const files = new Map<string, string>();
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    const url = `${urlPath}/${entry.name}`;
    if (entry.isDirectory()) for (const [key, value] of listFiles(path, url)) files.set(key, value);
    else if (entry.isFile() && extname(entry.name) in contentTypes) files.set(url, path);
  }
  return files;
}
