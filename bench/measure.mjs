import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * Runs a whole process.
 * @param {string[]} command
 * @returns {Promise<{ seconds: number, peakBytes: number | null, output: string }>} `peakBytes` is null where the system
 *   does not tell it (anything but Linux)
 */
export async function runProcess(command) {
  const [file = '', ...args] = command;
  const startedMs = performance.now();
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  let peakBytes = null;
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    output += chunk;
  });
  const sampling = setInterval(() => {
    peakBytes = readPeak(child.pid) ?? peakBytes;
  }, 25);
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  clearInterval(sampling);
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}`);
  return { seconds: (performance.now() - startedMs) / 1000, peakBytes, output };
}

/** @param {number | undefined} pid */
function readPeak(pid) {
  try {
    const line = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return line ? Number(line[1]) * 1024 : null;
  } catch {
    return null;
  }
}

/** @param {number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** @param {number[]} values @param {number} share 0 to 1 */
export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
