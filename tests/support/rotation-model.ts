import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { appendFile, copyFile, mkdir, mkdtemp, rename, rm, truncate, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, parse } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Engine } from '../../electron/engine/engine';
import { copyFromOutside } from './copy-from-outside';
import { type Random, seedRandom } from './random';
import { engineDefaults, readEvents } from './stored-events';

/** A file as the model knows it. Its text is what the engine must have read of it in the end. */
type ModelFile = {
  path: string;
  text: string;
  isPacked: boolean;
  /** The engine has read all of it. */
  isRead: boolean;
  /** The engine has seen it since it was opened, and holds it open. */
  isHeld: boolean;
};

const banner = Array.from({ length: 60 }, (_, index) => `2026-11-23T10:00:00Z banner of all files, ${index}\n`).join(
  '',
);

/**
 * Writes, rotates and kills at random, with looks of the engine in between, and compares what is in the workspace with what
 * was written. All that happens follows from the seed.
 * @returns the steps, the lines that are missing and those that are there too often
 */
export async function runRotations(
  seed: number,
  stepCount: number,
): Promise<{ steps: string[]; lost: string[]; doubled: string[] }> {
  const home = await mkdtemp(join(tmpdir(), 'contributor-insights-rotation-'));
  const model = new RotationModel(home, seedRandom(seed));
  try {
    await model.start();
    for (let step = 0; step < stepCount; step++) await model.step();
    return { steps: model.steps, ...(await model.finish()) };
  } finally {
    await model.stop();
    await rm(home, { recursive: true, force: true });
  }
}

class RotationModel {
  readonly steps: string[] = [];
  readonly #workspace: string;
  readonly #folders: string[];
  readonly #files = new Map<string, ModelFile>();
  /** Texts of files that are gone, or were cut. */
  readonly #past: string[] = [];
  #engine: Engine | null = null;
  #aheadMs = 0;
  #number = 0;
  #snapshotAt = -1;

  constructor(
    private readonly home: string,
    private readonly random: Random,
  ) {
    this.#workspace = join(home, 'test.duckdb');
    this.#folders = [join(home, 'logs'), join(home, 'logs', 'old'), join(home, 'more')];
  }

  async start(): Promise<void> {
    for (const folder of this.#folders) await mkdir(folder, { recursive: true });
    await this.#open();
    for (const name of ['logs', 'more']) await this.#engineOf().addSource({ path: join(this.home, name), group: null });
  }

  async stop(): Promise<void> {
    await this.#engine?.close();
    this.#engine = null;
  }

  async step(): Promise<void> {
    const { random } = this;
    const roll = random.below(100);
    if (roll < 34) await this.#append();
    else if (roll < 54) await this.#look();
    else if (roll < 60) await this.#hint();
    else if (roll < 68) await this.#rotateByRename();
    else if (roll < 74) await this.#rotateByCopy();
    else if (roll < 80) await this.#compress();
    else if (roll < 84) await this.#deleteFile();
    else if (roll < 87) await this.#recreate();
    else if (roll < 90) await this.#move();
    else if (roll < 93) await this.#wait(random.pick([3000, 12_000, 70_000]));
    else if (roll < 96) await this.#reopen();
    else await this.#kill();
  }

  /** Lets the engine read all there is, and compares. */
  async finish(): Promise<{ lost: string[]; doubled: string[] }> {
    for (const waitMs of [0, 3000, 12_000, 70_000]) await this.#wait(waitMs);
    const texts = [...this.#past, ...[...this.#files.values()].map(({ text }) => text)];
    const counts = new Map<string, number>();
    for (const line of texts.join('\n').split('\n')) if (line !== '') counts.set(line, (counts.get(line) ?? 0) + 1);
    for (const { message } of await readEvents(this.#engineOf())) counts.set(message, (counts.get(message) ?? 0) - 1);
    const wrong = [...counts].filter(([, count]) => count !== 0);
    return {
      lost: wrong.filter(([, count]) => count > 0).map(([line]) => line),
      doubled: wrong.filter(([, count]) => count < 0).map(([line]) => line),
    };
  }

  async #append(): Promise<void> {
    const file = this.#pick(({ isPacked }) => !isPacked, 0.75) ?? (await this.#create());
    let text = '';
    for (let count = 1 + this.random.below(6); count > 0; count--) text += this.#line();
    // Half a line; the next append brings the rest of it, or more of it.
    if (this.random.chance(0.3)) text = text.slice(0, -(1 + this.random.below(30)));
    await this.#write(file, text);
    this.steps.push(`append ${this.#show(file)} ${text.length}`);
  }

  async #create(): Promise<ModelFile> {
    const name = this.random.pick(['app.log', 'app.log', 'web.log', 'x.txt', 'trace-1.log']);
    const path = join(this.random.pick(this.#folders), name);
    const known = this.#files.get(path);
    if (known && !known.isPacked) return known;
    const file = { path, text: '', isPacked: false, isRead: false, isHeld: false };
    this.#files.set(path, file);
    await writeFile(path, '');
    if (this.random.chance(0.3)) await this.#write(file, banner + this.#line());
    return file;
  }

  async #look(): Promise<void> {
    this.steps.push('look');
    await this.#engineOf().sources.look();
    for (const file of this.#files.values()) {
      file.isRead = true;
      file.isHeld = true;
    }
  }

  async #hint(): Promise<void> {
    const paths = [...this.#files.keys()].filter(() => this.random.chance(0.5));
    this.steps.push(`hint ${paths.map((path) => path.slice(this.home.length)).join(' ')}`);
    await this.#engineOf().sources.hint(paths);
    if (this.#engineOf().sources.needsLook && this.random.chance(0.5)) await this.#look();
  }

  async #rotateByRename(): Promise<void> {
    const file = this.#pick(({ isPacked, path }) => !isPacked && !/\d$/.test(path));
    if (!file) return;
    const { path } = file;
    this.steps.push(`rename ${this.#show(file)}`);
    // The oldest is dropped only once it was read, as every rotation that keeps enough of them does.
    for (let generation = 3; generation > 0; generation--) {
      const from = generation === 1 ? path : `${path}.${generation - 1}`;
      const to = `${path}.${generation}`;
      if (!this.#files.has(from)) continue;
      if (this.#files.has(to)) {
        if (!this.#mayGo(to)) await this.#look();
        await this.#forget(to);
      }
      await this.#rename(from, to);
    }
    if (this.random.chance(0.7)) await this.#writeNew(path, (this.random.chance(0.3) ? banner : '') + this.#line());
  }

  async #rotateByCopy(): Promise<void> {
    const file = this.#pick(({ isPacked, path, text }) => !isPacked && text !== '' && !/\d$/.test(path));
    if (!file) return;
    const to = this.#copyName(file.path);
    await mkdir(dirname(to), { recursive: true });
    this.steps.push(`copy ${this.#show(file)} to ${basename(to)}`);
    await copyFile(file.path, to);
    if (this.random.chance(0.4)) {
      this.steps.push('look between copy and truncate');
      await this.#engineOf().sources.look();
    }
    await truncate(file.path, 0);
    this.#files.set(to, { path: to, text: file.text, isPacked: false, isRead: false, isHeld: false });
    file.text = '';
    file.isRead = true;
    // What the engine holds open is what the file was.
    file.isHeld = false;
    if (this.random.chance(0.6)) await this.#write(file, (this.random.chance(0.3) ? banner : '') + this.#line());
  }

  async #compress(): Promise<void> {
    const file = this.#pick(({ isPacked, text }) => !isPacked && text !== '');
    if (!file) return;
    const to = this.#packedName(file.path);
    this.steps.push(`compress ${this.#show(file)} to ${basename(to)}`);
    const packed = gzipSync(file.text);
    await writeFile(to, packed.subarray(0, packed.length / 2));
    if (this.random.chance(0.3)) await this.#lookBetween();
    await appendFile(to, packed.subarray(packed.length / 2));
    if (this.random.chance(0.3)) await this.#lookBetween();
    await unlink(file.path);
    this.#files.delete(file.path);
    this.#files.set(to, { path: to, text: file.text, isPacked: true, isRead: false, isHeld: false });
  }

  async #lookBetween(): Promise<void> {
    this.steps.push('look while it is compressed');
    await this.#engineOf().sources.look();
  }

  async #deleteFile(): Promise<void> {
    const file = this.#pick(({ path }) => this.#mayGo(path));
    if (!file) return;
    this.steps.push(`delete ${this.#show(file)}`);
    await this.#forget(file.path);
    // Its rest can only be read while the engine still runs.
    await this.#look();
  }

  async #recreate(): Promise<void> {
    const file = this.#pick(({ path, isPacked }) => !isPacked && !/\d$/.test(path) && this.#mayGo(path));
    if (!file) return;
    const { path } = file;
    this.steps.push(`recreate ${this.#show(file)}`);
    const firstLine = file.text.slice(0, file.text.indexOf('\n') + 1);
    await this.#forget(path);
    await this.#writeNew(path, firstLine + this.#line());
    await this.#look();
  }

  async #move(): Promise<void> {
    const file = this.#pick(() => true);
    if (!file) return;
    const to = join(this.random.pick(this.#folders), basename(file.path));
    if (this.#files.has(to)) return;
    this.steps.push(`move ${this.#show(file)} to ${to.slice(this.home.length)}`);
    await this.#rename(file.path, to);
  }

  /** A look at a later time: what was written last is quiet by then. */
  async #wait(ms: number): Promise<void> {
    this.#aheadMs = ms;
    this.steps.push(`wait ${ms}`);
    await this.#look();
    this.#aheadMs = 0;
    for (const file of this.#files.values()) file.isHeld &&= ms < 60_000;
  }

  async #reopen(): Promise<void> {
    this.steps.push('reopen');
    await this.#engineOf().close();
    await this.#open();
  }

  /**
   * What is on the disk in a moment is what a kill in that moment leaves. Taken after one of the commits of a look, put back
   * when the engine is closed.
   */
  async #kill(): Promise<void> {
    this.steps.push('kill in a look');
    this.#snapshotAt = this.random.below(2);
    await this.#engineOf().sources.look();
    if (this.#snapshotAt >= 0) this.#snapshot();
    this.#snapshotAt = -1;
    await this.#engineOf().close();
    for (const suffix of ['', '.wal']) {
      rmSync(this.#workspace + suffix, { force: true });
      const kept = `${this.#workspace}.kept${suffix}`;
      if (existsSync(kept)) copyFileSync(kept, this.#workspace + suffix);
    }
    await this.#open();
  }

  #snapshot(): void {
    for (const suffix of ['', '.wal']) {
      rmSync(`${this.#workspace}.kept${suffix}`, { force: true });
      if (existsSync(this.#workspace + suffix)) {
        copyFromOutside(this.#workspace + suffix, `${this.#workspace}.kept${suffix}`);
      }
    }
  }

  async #open(): Promise<void> {
    const engine = await Engine.open(this.#workspace, {
      ...engineDefaults,
      now: () => Date.now() + this.#aheadMs,
      onEvent: ({ name }) => {
        if (name !== 'data' || this.#snapshotAt < 0) return;
        if (this.#snapshotAt === 0) this.#snapshot();
        this.#snapshotAt -= 1;
      },
    });
    this.#engine = engine;
    engine.sources.follow();
    for (const file of this.#files.values()) file.isHeld = false;
    await Promise.all(engine.sources.unfinished().map((id) => engine.sources.load(id)));
  }

  /** Whether a file may be deleted without losing lines that nobody could read. */
  #mayGo(path: string): boolean {
    const file = this.#files.get(path);
    if (!file) return true;
    return (file.isRead && file.text.endsWith('\n')) || (file.isHeld && !file.isPacked && this.#heldCount() < 60);
  }

  #heldCount(): number {
    return [...this.#files.values()].filter(({ isHeld }) => isHeld).length;
  }

  async #forget(path: string): Promise<void> {
    const file = this.#files.get(path);
    if (!file) return;
    this.#past.push(file.text);
    this.#files.delete(path);
    await unlink(path);
  }

  async #rename(from: string, to: string): Promise<void> {
    const file = this.#files.get(from) as ModelFile;
    await rename(from, to);
    this.#files.delete(from);
    file.path = to;
    this.#files.set(to, file);
  }

  async #writeNew(path: string, text: string): Promise<void> {
    const file = { path, text: '', isPacked: false, isRead: false, isHeld: false };
    this.#files.set(path, file);
    await this.#write(file, text);
  }

  async #write(file: ModelFile, text: string): Promise<void> {
    await appendFile(file.path, text);
    file.text += text;
    file.isRead = false;
  }

  #line(): string {
    this.#number += 1;
    return `2026-11-23T10:00:00Z line ${this.#number} ${'x'.repeat(this.random.below(300))}\n`;
  }

  /** A name that rotation gives to a copy. Some stand before the original's, or in a folder that is read before its own. */
  #copyName(path: string): string {
    const folder = dirname(path);
    const { name, ext, base } = parse(path);
    for (let number = 1; ; number++) {
      const copy = this.random.pick([
        `${path}.${number}`,
        join(folder, `${name}.${number}${ext}`),
        join(folder, `${name}-2026-11-${9 + number}${ext}`),
        join(folder, 'aged', `${base}.${number}`),
        join(folder, 'older', `${name}.${number}${ext}`),
      ]);
      if (!this.#files.has(copy)) return copy;
    }
  }

  #packedName(path: string): string {
    for (let number = 1; ; number++) {
      const name = number === 1 ? `${path}.gz` : `${path}.${number}.gz`;
      if (!this.#files.has(name)) return name;
    }
  }

  #pick(fits: (file: ModelFile) => boolean, share = 1): ModelFile | undefined {
    const fitting = [...this.#files.values()].filter(fits);
    return fitting.length === 0 || !this.random.chance(share) ? undefined : this.random.pick(fitting);
  }

  #show(file: ModelFile): string {
    return `${basename(dirname(file.path))}/${basename(file.path)}`;
  }

  #engineOf(): Engine {
    if (this.#engine === null) throw new Error('The engine is closed.');
    return this.#engine;
  }
}
