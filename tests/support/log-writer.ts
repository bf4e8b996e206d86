import { appendFile, mkdir, readFile, rename, truncate, unlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { type Random, seedRandom } from './random';

export type WriterOptions = {
  seed: number;
  /** How many programs write, each into a folder of its own. */
  streams: number;
  linesPerSecond: number;
  /** Share of the rounds in which a file is rotated. */
  rotations: number;
};

/** A writer of logs that runs until it is stopped. */
export type LogWriter = {
  /** Lines written so far by each stream. The lines are numbered from 1: `2026-11-23T10:00:00Z s0 n1 …`. */
  written: number[];
  /** Resolves when the last line is written. */
  stop(): Promise<void>;
};

const roundMs = 25;

/** Between two steps of a rotation. */
const mostPauseMs = 60;

/** What rotations call a file that they put away. Each stream has one of these names, in turn. */
const rotatedNames: readonly ((number: number) => string)[] = [
  (number) => `app.log.${number}`,
  (number) => `app.${number}.log`,
  (number) => join('old', `app.log.${number}`),
  (number) => `app-2026-11-23.${number}.log`,
];

/**
 * Writes numbered lines as programs and their rotation do: in pieces that end anywhere, renamed away, copied and cut, packed
 * and deleted. What was written always stands in some file, so that a reader that was away can still read all of it.
 */
export function startWriter(folder: string, options: WriterOptions): LogWriter {
  const random = seedRandom(options.seed);
  const streams = Array.from({ length: options.streams }, (_, index) => new Stream(folder, index, random));
  const written = streams.map(() => 0);
  let isStopping = false;
  const running = (async () => {
    const linesPerRound = (options.linesPerSecond * roundMs) / 1000 / options.streams;
    for (const stream of streams) await stream.start();
    let nextMs = performance.now();
    while (!isStopping) {
      for (const [index, stream] of streams.entries()) {
        await stream.write(Math.ceil(random.below(Math.ceil(linesPerRound * 2)) + 0.5));
        written[index] = stream.written;
        if (random.chance(options.rotations)) await stream.rotate();
      }
      nextMs += roundMs;
      await sleep(Math.max(0, nextMs - performance.now()));
    }
    for (const stream of streams) await stream.finish();
  })();
  return {
    written,
    stop: async () => {
      isStopping = true;
      await running;
    },
  };
}

class Stream {
  written = 0;
  readonly #folder: string;
  readonly #path: string;
  #held = '';
  #rotated = 0;
  #plain: string[] = [];

  constructor(
    folder: string,
    private readonly index: number,
    private readonly random: Random,
  ) {
    this.#folder = join(folder, `s${index}`);
    this.#path = join(this.#folder, 'app.log');
  }

  async start(): Promise<void> {
    await mkdir(dirname(this.#rotatedPath()), { recursive: true });
    await writeFile(this.#path, '');
  }

  async write(lines: number): Promise<void> {
    let text = this.#held;
    for (let count = 0; count < lines; count++) {
      this.written += 1;
      const padding = 'x'.repeat(20 + this.random.below(200));
      text += `2026-11-23T10:00:00Z s${this.index} n${this.written} ${padding}\n`;
    }
    // The rest of the last line comes with the next piece.
    const end = this.random.chance(0.3) ? text.length - this.random.below(20) : text.length;
    this.#held = text.slice(end);
    await appendFile(this.#path, text.slice(0, end));
  }

  async finish(): Promise<void> {
    await appendFile(this.#path, this.#held);
    this.#held = '';
  }

  async rotate(): Promise<void> {
    await this.finish();
    this.#rotated += 1;
    const to = this.#rotatedPath();
    if (this.random.chance(0.5)) {
      await rename(this.#path, to);
      await writeFile(this.#path, '');
    } else {
      // The file is copied in pieces, and cut a moment after the last one.
      await this.#writeInPieces(to, await readFile(this.#path));
      await truncate(this.#path, 0);
    }
    this.#plain.push(to);
    if (this.#plain.length > 2) await this.#pack(this.#plain.shift() as string);
  }

  #rotatedPath(): string {
    const nameOf = rotatedNames[this.index % rotatedNames.length] as (typeof rotatedNames)[number];
    return join(this.#folder, nameOf(this.#rotated));
  }

  async #pack(path: string): Promise<void> {
    await this.#writeInPieces(`${path}.gz`, gzipSync(await readFile(path)));
    await unlink(path);
  }

  async #writeInPieces(path: string, content: Buffer): Promise<void> {
    const half = content.length >> 1;
    for (const piece of [content.subarray(0, half), content.subarray(half)]) {
      await appendFile(path, piece);
      await sleep(this.random.below(mostPauseMs));
    }
  }
}
