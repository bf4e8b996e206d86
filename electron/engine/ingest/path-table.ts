/** A step of a JSON path: the name of a member, or the 0-based index of an array element. The name `0` is not the index 0. */
export type PathStep = string | number;

/** Number of the path `$`, the event itself. */
export const rootPath = 0;

/** Elements from this index on get no path: one long array must not become a million columns. */
export const maxElements = 1000;

/**
 * Gives each JSON path a small number, so that reading an event compares and allocates no paths. Numbers count from 0 in
 * the order in which paths are met, and are valid for this table only.
 */
export class PathTable {
  /** Paths that `readJsonObject` met and that got no number; its leaves were not reported, only their message has them. */
  unreported = 0;
  readonly #limit: number;
  readonly #parents: number[] = [-1];
  readonly #steps: PathStep[] = [''];
  readonly #members: (Map<string, number> | undefined)[] = [undefined];
  readonly #elements: (number[] | undefined)[] = [undefined];
  /** The member that followed this one the last time; events of one kind have their members in one order. */
  readonly #followers: number[] = [-1];
  readonly #firsts: number[] = [-1];
  /** The member's name as JSON writes it; empty where that needs escapes. */
  readonly #literals: string[] = [''];

  /** @param limit reading an event adds no path once there are so many */
  constructor(limit = 20_000) {
    this.#limit = limit;
  }

  /** How many paths have a number: 0 to `size - 1`. */
  get size(): number {
    return this.#parents.length;
  }

  /** Number of a path, which is added if need be, whatever the limit. */
  intern(steps: readonly PathStep[]): number {
    let path = rootPath;
    for (const step of steps) path = this.#find(path, step) ?? this.#add(path, step);
    return path;
  }

  /** The steps of a path, from the event down. */
  steps(path: number): PathStep[] {
    const steps: PathStep[] = [];
    for (let at = path; at > rootPath; at = this.#parents[at] ?? rootPath) steps.push(this.#steps[at] ?? '');
    return steps.reverse();
  }

  /** Number of a member of the object at `path`; -1 where there is no room for another. */
  member(path: number, name: string): number {
    return this.#find(path, name) ?? this.#addIfRoom(path, name);
  }

  /** Number of an element of the array at `path`; -1 where it gets none. */
  element(path: number, index: number): number {
    const known = this.#elements[path]?.[index];
    if (known !== undefined) return known;
    return index < maxElements ? this.#addIfRoom(path, index) : -1;
  }

  /** The member expected next in the object at `path`, after `previous` (-1: none yet); -1 where there is no guess. */
  guess(path: number, previous: number): number {
    return (previous === -1 ? this.#firsts[path] : this.#followers[previous]) ?? -1;
  }

  /** Remembers for the next event which member came after `previous`. */
  learn(path: number, previous: number, member: number): void {
    if (previous === -1) this.#firsts[path] = member;
    else this.#followers[previous] = member;
  }

  /** The last step of a path in quotes, as it stands in JSON text; empty where it would need escapes. */
  literal(path: number): string {
    return this.#literals[path] ?? '';
  }

  #find(parent: number, step: PathStep): number | undefined {
    return typeof step === 'number' ? this.#elements[parent]?.[step] : this.#members[parent]?.get(step);
  }

  #addIfRoom(parent: number, step: PathStep): number {
    return this.#parents.length < this.#limit ? this.#add(parent, step) : -1;
  }

  #add(parent: number, step: PathStep): number {
    const path = this.#parents.length;
    if (typeof step === 'number') {
      const elements = this.#elements[parent] ?? [];
      elements[step] = path;
      this.#elements[parent] = elements;
      this.#literals.push('');
    } else {
      const members = this.#members[parent] ?? new Map<string, number>();
      members.set(step, path);
      this.#members[parent] = members;
      const literal = JSON.stringify(step);
      this.#literals.push(literal.length === step.length + 2 ? literal : '');
    }
    this.#parents.push(parent);
    this.#steps.push(step);
    this.#members.push(undefined);
    this.#elements.push(undefined);
    this.#followers.push(-1);
    this.#firsts.push(-1);
    return path;
  }
}
