import { once } from 'node:events';
import { createWriteStream, existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import { createRandom } from './random.mjs';

const recordsPerWrite = 20_000;
const hosts = 40_000;

/**
 * Writes VPC flow records in the default format until the file has the size asked for. A file that is there already is
 * used again.
 * @param {string} file
 * @param {number} bytes
 * @returns {Promise<{ file: string, bytes: number }>}
 */
export async function makeFlowLogs(file, bytes) {
  if (existsSync(file)) return { file, bytes: statSync(file).size };
  mkdirSync(path.dirname(file), { recursive: true });
  const random = createRandom(20261119);
  const output = createWriteStream(`${file}.partial`);
  let written = 0;
  let record = 0;
  while (written < bytes) {
    const lines = [];
    for (let count = 0; count < recordsPerWrite; count++) lines.push(makeRecord(random, record++));
    const text = `${lines.join('\n')}\n`;
    written += text.length;
    if (!output.write(text)) await once(output, 'drain');
  }
  output.end();
  await once(output, 'close');
  renameSync(`${file}.partial`, file);
  return { file, bytes: written };
}

/**
 * @param {(limit: number) => number} random
 * @param {number} index
 */
function makeRecord(random, index) {
  const start = 1_763_532_000 + Math.floor(index / 400);
  // A skewed choice: a few hosts move most bytes.
  const source = Math.floor(hosts * (random(1_000_000) / 1_000_000) ** 3);
  const target = random(600);
  const address = `10.${(source >> 14) & 3}.${(source >> 8) & 63}.${source & 255}`;
  const port = [443, 443, 443, 80, 5432, 22][random(6)];
  const action = random(25) === 0 ? 'REJECT' : 'ACCEPT';
  return `2 123456789012 eni-0${(0xa1b2c000 + (source % 97)).toString(16)} ${address} 172.31.${target >> 8}.${target & 255} ${1024 + random(64_000)} ${port} 6 ${1 + random(900)} ${40 + random(1_400_000)} ${start} ${start + 59} ${action} OK`;
}
