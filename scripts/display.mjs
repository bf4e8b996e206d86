import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { ScriptError } from './script-error.mjs';

/** @returns {boolean} whether a window can be shown: always, but on a Linux machine without X or Wayland */
export function hasDisplay(platform = process.platform, env = process.env) {
  return platform !== 'linux' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
}

/**
 * Starts a virtual display under a number that is free.
 * @returns {Promise<{ name: string, stop: () => Promise<void> }>} `name` is the value for DISPLAY
 * @throws {ScriptError} Xvfb does not start
 */
export async function startVirtualDisplay() {
  const args = ['-displayfd', '3', '-screen', '0', '1920x1200x24', '-nolisten', 'tcp', '-noreset'];
  const server = spawn('Xvfb', args, { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] });
  let messages = '';
  server.stderr?.on('data', (bytes) => {
    messages += bytes;
  });
  const ended = new Promise((resolve) => server.once('close', resolve));
  // However we end, the display does not outlive us.
  const kill = () => server.kill();
  process.once('exit', kill);
  const number = await new Promise((resolve, reject) => {
    let text = '';
    server.stdio[3]?.on('data', (bytes) => {
      text += bytes;
      if (text.includes('\n')) resolve(text.trim());
    });
    server.once('error', reject);
    ended.then(() => reject(new Error(messages.trim() || 'no reason given')));
  }).catch((error) => {
    throw new ScriptError(`The virtual display did not start: ${error.message}`, 'Try `Xvfb :99` to see why.');
  });
  return {
    name: `:${number}`,
    stop: async () => {
      process.off('exit', kill);
      server.kill();
      await ended;
    },
  };
}

/**
 * The flags that Electron needs on this machine before it opens a window.
 * @param {string} dist folder of the runtime
 * @param {(line: string) => void} say told when Chromium's sandbox has to stay off
 * @returns {string[]}
 */
export function listDisplayFlags(dist, say) {
  if (process.platform !== 'linux') return [];
  const flags = [];
  if (!process.env.DISPLAY && process.env.WAYLAND_DISPLAY) flags.push('--ozone-platform-hint=auto');
  if (process.getuid?.() === 0) {
    flags.push('--no-sandbox'); // Chromium refuses to start as root otherwise.
  } else if (!canSandbox(dist)) {
    say(
      `This system forbids user namespaces to programs it does not know, so Chromium's sandbox is off. To have it on: cd "${dist}" && sudo chown root chrome-sandbox && sudo chmod 4755 chrome-sandbox`,
    );
    flags.push('--no-sandbox');
  }
  return flags;
}

/**
 * Chromium's sandbox needs user namespaces, which some distributions keep from programs they do not know, or its own
 * helper owned by root, which a runtime unpacked by npm cannot have.
 * @param {string} dist
 */
function canSandbox(dist) {
  const helper = statSync(path.join(dist, 'chrome-sandbox'), { throwIfNoEntry: false });
  if (helper && helper.uid === 0 && (helper.mode & 0o4000) !== 0) return true;
  const restricted = readSetting('/proc/sys/kernel/apparmor_restrict_unprivileged_userns') === '1';
  const forbidden = readSetting('/proc/sys/kernel/unprivileged_userns_clone') === '0';
  return !restricted && !forbidden && readSetting('/proc/sys/user/max_user_namespaces') !== '0';
}

/** @param {string} file */
function readSetting(file) {
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
}
