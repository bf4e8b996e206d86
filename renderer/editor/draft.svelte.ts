import type { RulePreview } from '../../shared/preview';
import type { Problem } from '../../shared/problem';
import type { RuleState } from '../../shared/rule';
import type { GroupField } from '../../shared/workspace';
import { type FieldLabel, formatOfGroups, groupOfArn, labelField, mergeFields, takesGroup } from '../rules/fields';
import { type Engine, isAbort } from '../state/engine';
import { problemsOf } from '../state/problems';
import type { Workspace } from '../state/workspace.svelte';
import { type ModelFilter, type RuleModel, readModel, writeFilter } from './rule-model';
import { insertAfter, type Json, printJson, readTree, removeAt, setAt, valueAt } from './rule-text';

/** Problems are asked for soon after a key, a preview after a pause: both run elsewhere, typing waits for neither. */
const readAfterMs = 40;
const checkAfterMs = 150;
const previewAfterMs = 260;

export type DraftStart = {
  name: string;
  definition: string;
  /** Name and state of the stored rule that is edited; null for a new one. */
  stored: { name: string; definition: string; state: RuleState } | null;
};

const emptyModel: RuleModel = {
  groups: [],
  groupMember: 'LogGroupNames',
  format: null,
  aliases: {},
  keys: [],
  valueOf: null,
  filters: [],
  aggregateOn: null,
};

/**
 * A rule while it is made or changed. Its text is what counts; the wizard reads it and changes parts of it. Problems and
 * preview follow, the newest text wins.
 */
export class RuleDraft {
  readonly stored: DraftStart['stored'];
  name = $state('');
  text = $state('');
  problems = $state.raw<Problem[]>([]);
  /** The text that `problems` are about. */
  checkedText = $state.raw<string | null>(null);
  preview = $state.raw<RulePreview | null>(null);
  previewProblems = $state.raw<Problem[]>([]);
  previewing = $state(false);
  /** The text that the preview shows. */
  previewText = $state.raw<string | null>(null);
  /** What was last readable. */
  model = $state.raw<RuleModel>(emptyModel);
  /** The text is no JSON now. */
  broken = $state(false);
  fields = $state.raw<GroupField[]>([]);
  /** The fields of the present log groups are still asked for. */
  readingFields = $state(true);

  readonly errors = $derived(this.problems.filter(({ code }) => code !== 'rule/not-accepted-by-aws'));
  /** Errors that are worth a word. A part that is still empty is asked for, and no fault. */
  readonly faults = $derived(this.errors.filter((problem) => !isBeginning(problem)));
  readonly warnings = $derived(this.problems.filter(({ code }) => code === 'rule/not-accepted-by-aws'));
  readonly changed = $derived.by(() => {
    const before = this.stored ?? this.#start;
    return this.text !== before.definition || this.name !== before.name;
  });
  /** Loaded log groups that the rule reads. */
  readonly groups = $derived.by(() => {
    const patterns = this.model.groups.map(groupOfArn);
    const loaded = this.#workspace.summary?.groups ?? [];
    return loaded.filter((group) => patterns.some((pattern) => takesGroup(pattern, group.name)));
  });

  readonly #engine: Engine;
  readonly #workspace: Workspace;
  readonly #start: DraftStart;
  #checking = new AbortController();
  #previewing = new AbortController();
  #reading = new AbortController();
  #readText: string | null = null;
  #readTimer: ReturnType<typeof setTimeout> | undefined;
  #checkTimer: ReturnType<typeof setTimeout> | undefined;
  #previewTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(start: DraftStart, engine: Engine, workspace: Workspace) {
    this.stored = start.stored;
    this.#start = start;
    this.#engine = engine;
    this.#workspace = workspace;
    this.name = start.name;
    this.setText(start.definition);
  }

  /** Takes a new text. */
  setText(text: string): void {
    this.typeText(text);
    this.#read();
  }

  /** The same while somebody types it: the form follows a moment later, so that no key waits for it. */
  typeText(text: string): void {
    if (text === this.text && this.checkedText !== null) return;
    this.text = text;
    clearTimeout(this.#readTimer);
    this.#readTimer = setTimeout(() => this.#read(), readAfterMs);
    this.#checkSoon();
    this.#previewSoon();
  }

  /** Reads the text for the form, where that has not been done. */
  #read(): void {
    if (this.#readText === this.text) return;
    this.#readText = this.text;
    clearTimeout(this.#readTimer);
    const tree = readTree(this.text);
    this.broken = tree === null;
    if (tree !== null) this.model = readModel(tree);
  }

  /** Replaces the value at a path of the rule body. */
  set(path: (string | number)[], value: Json): void {
    this.setText(setAt(this.text, path, value));
  }

  remove(path: (string | number)[]): void {
    this.setText(removeAt(this.text, path));
  }

  setFilter(path: (string | number)[], filter: ModelFilter): void {
    this.set(path, writeFilter(filter));
  }

  /** Names the log groups; a rule without keys takes the format that they have. */
  setGroups(groups: string[]): void {
    this.set([this.model.groupMember], groups);
    const format = formatOfGroups(this.groups);
    if (this.model.keys.length === 0 && format !== null && format !== this.model.format) this.setFormat(format);
  }

  /** Names one loaded log group in place of all others. */
  readGroup(name: string): void {
    if (this.model.groupMember === 'LogGroupARNs') this.remove(['LogGroupARNs']);
    this.setGroups([name]);
  }

  setFormat(format: 'JSON' | 'CLF'): void {
    this.set(['LogFormat'], format);
  }

  /** The rule's name for a found field, which is added to its `Fields` where needed. */
  useField(field: GroupField): string {
    this.#read();
    const { label, alias } = labelField(field, this.model.aliases);
    this.addAlias(alias);
    return label;
  }

  addAlias(alias: FieldLabel['alias']): void {
    if (alias === null) return;
    const { position, name } = alias;
    const tree = readTree(this.text);
    // Where AWS's own rules have them.
    if (tree !== null && valueAt(tree, ['Fields']) === undefined) {
      this.setText(insertAfter(this.text, 'LogFormat', 'Fields', { [position]: name }));
    } else this.set(['Fields', position], name);
  }

  /** Problems at a place or inside of it. */
  problemsAt(place: string): Problem[] {
    const inside = new RegExp(`^${place.replace(/[.[\]]/g, '\\$&')}(?![\\w])`);
    return this.problems.filter((problem) => inside.test(problem.place));
  }

  #checkSoon(): void {
    clearTimeout(this.#checkTimer);
    this.#checking.abort();
    this.#checkTimer = setTimeout(() => void this.#check(), checkAfterMs);
  }

  async #check(): Promise<void> {
    const control = new AbortController();
    this.#checking = control;
    const text = this.text;
    try {
      const problems = await this.#engine.call('rules.check', { definition: text, strict: false }, control);
      if (this.#checking !== control) return;
      this.problems = problems;
      this.checkedText = text;
    } catch (cause) {
      if (this.#checking === control && !isAbort(cause)) this.problems = problemsOf(cause);
    }
  }

  #previewSoon(): void {
    clearTimeout(this.#previewTimer);
    this.#previewing.abort();
    this.previewing = true;
    this.#previewTimer = setTimeout(() => void this.refreshPreview(), previewAfterMs);
  }

  /** Runs the preview on the present text, or again when events came. */
  async refreshPreview(): Promise<void> {
    this.#read();
    this.#previewing.abort();
    if (this.broken) {
      // The last preview stays: it shows what could be read last.
      this.previewing = false;
      return;
    }
    const control = new AbortController();
    this.#previewing = control;
    this.previewing = true;
    const text = this.text;
    try {
      const preview = await this.#engine.call('rules.preview', { definition: text }, control);
      if (this.#previewing !== control) return;
      // Parts of a rule that can't run at all show nothing new: the last answer is more use.
      if (preview.report !== null || this.preview === null) {
        this.preview = preview;
        this.previewText = text;
      }
      this.previewProblems = [];
    } catch (cause) {
      if (this.#previewing === control && !isAbort(cause)) this.previewProblems = problemsOf(cause);
    } finally {
      if (this.#previewing === control) this.previewing = false;
    }
  }

  /** Asks for the fields of the rule's log groups. */
  async readFields(names: readonly string[]): Promise<void> {
    this.#reading.abort();
    const control = new AbortController();
    this.#reading = control;
    this.readingFields = true;
    try {
      const lists = await Promise.all(
        names.map((group) => this.#engine.call('groups.fields', { group }, { signal: control.signal })),
      );
      if (this.#reading === control) this.fields = mergeFields(lists);
    } catch (cause) {
      if (!isAbort(cause) && this.#reading === control) this.fields = [];
    } finally {
      if (this.#reading === control) this.readingFields = false;
    }
  }

  /** The most frequent values of a field that hold a text; none where the engine cannot say. */
  async listValues(field: GroupField, search: string, signal: AbortSignal) {
    const groups = this.groups.map((group) => group.name);
    const { format, reference } = field;
    try {
      return await this.#engine.call('groups.values', { groups, format, reference, search }, { signal });
    } catch {
      return [];
    }
  }

  /** Stops whatever runs: the page is left. */
  close(): void {
    clearTimeout(this.#readTimer);
    clearTimeout(this.#checkTimer);
    clearTimeout(this.#previewTimer);
    this.#checking.abort();
    this.#previewing.abort();
    this.#reading.abort();
  }
}

const emptyLists =
  /^(?:LogGroupNames|Contribution\.Keys|Contribution\.Filters\[\d+\](?:\.Any\[\d+\])*\.(?:In|NotIn|StartsWith|EndsWith|Contains|Matches|InCidr|Any))$/;

/** That a rule has no log group, no key, or a filter no value yet; or a name is there that is still empty. */
export function isBeginning({ code, place, message }: Problem): boolean {
  if (code === 'rule/empty-list') return emptyLists.test(place);
  const isName = code === 'rule/unknown-alias' || code === 'rule/bad-path' || code === 'rule/bad-log-group';
  return isName && (/(?<![\\\w])""/.test(message) || message.endsWith('is empty.'));
}

/** A rule to begin with, for the log group that holds most. */
export function startRule(group: { name: string; format: 'JSON' | 'CLF' | 'mixed' } | undefined): string {
  return `${printJson({
    Schema: { Name: 'CloudWatchLogRule', Version: 1 },
    LogGroupNames: group === undefined ? [] : [group.name],
    LogFormat: group?.format === 'CLF' ? 'CLF' : 'JSON',
    Contribution: { Keys: [], Filters: [] },
    AggregateOn: 'Count',
  })}\n`;
}
