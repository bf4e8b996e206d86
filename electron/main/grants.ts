import { randomUUID } from 'node:crypto';
import { homedir } from 'node:os';
import { isAbsolute, join, relative } from 'node:path';
import type { Grant } from '../../shared/bridge';
import type { MainToEngine } from '../../shared/engine-process';

export type PathGrant = Omit<Extract<MainToEngine, { kind: 'grant' }>, 'kind'>;

/** The paths that the user chose for one workspace. The engine gets them as they are, the window only id and label. */
export class Grants {
  #all: PathGrant[] = [];
  #pending: Grant[] = [];

  /** Grants `path`, absolute. `group` is the log group's name where it is known; `preview` as in `Grant`. */
  add(path: string, group: string | null = null, label = labelPath(path), preview = false): PathGrant {
    const grant = { id: randomUUID(), path, label, group };
    this.#all.push(grant);
    this.#pending.push({ id: grant.id, label, preview });
    return grant;
  }

  /** All of them: a new engine process knows none. */
  list(): PathGrant[] {
    return this.#all;
  }

  /** Those that the window has not taken yet. */
  listPending(): Grant[] {
    return [...this.#pending];
  }

  /** Hands out the pending ones, each once. */
  take(): Grant[] {
    const taken = this.listPending();
    this.#pending = [];
    return taken;
  }
}

/** A path as people write it: `~` stands for their own folder. */
export function labelPath(path: string, home = homedir()): string {
  const inside = relative(home, path);
  return inside === '' || inside.startsWith('..') || isAbsolute(inside) ? path : join('~', inside);
}
