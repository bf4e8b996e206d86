import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/**
 * @typedef {object} Outcome
 * @property {number} status exit status; 1 where a signal or a failed start ended the process
 * @property {string} output what it wrote to stdout and stderr, in order of arrival
 * @property {boolean} timedOut
 */

/**
 * Runs a program and keeps what it writes, for steps whose output matters only when they fail.
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number, shell?: boolean }} [options]
 * @returns {Promise<Outcome>} never rejects: a program that is not there is an outcome with status 127
 */
export function runQuietly(program, args, { timeoutMs, ...options } = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let timedOut = false;
    const collect = (/** @type {Buffer} */ bytes) => {
      output += bytes.toString();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    const timer = timeoutMs
      ? setTimeout(() => {
          timedOut = true;
          child.kill('SIGKILL');
        }, timeoutMs)
      : undefined;
    child.once('error', (error) => {
      clearTimeout(timer);
      resolve({ status: 127, output: error.message, timedOut });
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ status: code ?? 1, output, timedOut });
    });
  });
}

/**
 * Runs a program in the foreground: it shares the terminal, gets the signals sent to us, and we wait for its end.
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<number>} exit status; 128 + number of the signal where one ended it, as a shell says it
 */
export function runForeground(program, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, stdio: 'inherit' });
    /** @type {NodeJS.Signals[]} */
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    const forward = (/** @type {NodeJS.Signals} */ signal) => child.kill(signal);
    for (const signal of signals) process.on(signal, forward);
    const stopForwarding = () => {
      for (const signal of signals) process.off(signal, forward);
    };
    child.once('error', (error) => {
      stopForwarding();
      reject(error);
    });
    child.once('close', (code, signal) => {
      stopForwarding();
      resolve(code ?? 128 + (signal ? constants.signals[signal] : 0));
    });
  });
}

/**
 * Runs npm with the settings of the person who started us.
 * @param {string[]} args
 * @param {{ cwd?: string, timeoutMs?: number }} [options]
 * @returns {Promise<Outcome>}
 */
export function runNpm(args, options = {}) {
  // npm names itself to its scripts. Without it we are outside npm, and on Windows `npm` is a batch file, which needs a shell.
  const npm = process.env.npm_execpath;
  if (npm?.endsWith('.js')) return runQuietly(process.execPath, [npm, ...args], options);
  return runQuietly('npm', args, { ...options, shell: process.platform === 'win32' });
}

/**
 * The line of a failed program's output that says why, without the name of an error class.
 * @param {string} output
 * @returns {string}
 */
export function readReason(output) {
  const lines = output.split('\n').map((line) => line.trim());
  const line = lines.find((text) => /error|fail/i.test(text)) ?? lines.find((text) => text !== '');
  return line?.replace(/^\w*Error: /, '') ?? 'no reason given';
}
