import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { Note, OpenedCase } from '../../../shared/export';
import { UserError } from '../../../shared/problem';
import type { Source } from '../../../shared/workspace';
import type { LoadOptions, NewSource } from '../ingest/sources';
import { parseRule } from '../rules/parse';
import { validateRuleName } from '../rules/validate';
import type { Workspace } from '../workspace/open';
import { listRules, putRule } from '../workspace/rule-store';
import { readZip } from './read-zip';

/** Characters in the name of a rule. */
const longestName = 128;

/** `case.json` of version 1; later versions may add members. */
const About = z.object({
  format: z.literal('contributor-insights-case'),
  version: z.literal(1),
  workspace: z.string().max(1000),
  rules: z.array(z.object({ name: z.string().max(512), definition: z.unknown() })).max(1000),
  notes: z
    .array(
      z.object({
        text: z.string().max(10_000),
        time: z.string().nullable(),
        until: z.string().nullable().default(null),
        contributor: z.array(z.string()).max(100).nullable(),
        fields: z.array(z.string()).max(100).nullable().default(null),
      }),
    )
    .max(1000),
  events: z
    .array(z.object({ file: z.string().regex(/^events\/\d{1,6}\.json$/), logGroup: z.string().min(1).max(512) }))
    .max(1000),
});

export type CaseHost = {
  readonly workspace: Workspace;
  addSource(source: NewSource, options: LoadOptions): Promise<Source>;
  /** The workspace has other rules than before. */
  announceRules(): void;
};

/**
 * Takes a case file into the workspace: its rules, and its events as sources of their own, from a folder beside the
 * workspace. No rule of the workspace is touched: where one of the name differs, that of the case gets ` (case)`.
 * @throws UserError `case/unreadable`; the signal's reason when aborted
 */
export async function openCase(host: CaseHost, archive: Uint8Array, signal: AbortSignal): Promise<OpenedCase> {
  const { files, about } = readCase(archive);
  const found = about.rules.map((rule) => {
    // As it was written, where it is the rule of the report.
    const written = about.rules.length === 1 ? files.get('rule.json')?.toString('utf8') : undefined;
    const definition = written ?? JSON.stringify(rule.definition, null, 2);
    const isSound = parseRule(definition).rule !== null && validateRuleName(rule.name).length === 0;
    if (!isSound) throw unreadable(`The rule ${JSON.stringify(rule.name.slice(0, 100))} in it is broken.`);
    return { name: rule.name, definition };
  });
  const known = new Map((await listRules(host.workspace.db)).map((rule) => [rule.name, rule.definition]));
  const rules: string[] = [];
  for (const { name: wanted, definition } of found) {
    signal.throwIfAborted();
    const name = chooseName(wanted, definition, known);
    rules.push(name);
    if (known.has(name)) continue;
    await putRule(host.workspace.db, { name, definition, state: 'ENABLED' });
    known.set(name, definition);
    host.announceRules();
  }
  const groups: string[] = [];
  if (about.events.length > 0) {
    const mark = createHash('sha256').update(archive).digest('hex').slice(0, 12);
    const folder = join(dirname(host.workspace.path), `${host.workspace.name}.case-${mark}`);
    await mkdir(folder, { recursive: true });
    for (const [index, { file, logGroup }] of about.events.entries()) {
      const path = join(folder, `${index + 1}.json`);
      await writeFile(path, files.get(file) ?? '', { signal });
      await host.addSource({ path, group: logGroup }, { signal });
      groups.push(logGroup);
    }
  }
  const notes = about.notes.map(({ text, time, until, contributor, fields }): Note => {
    const [timeMs, endMs] = [readTime(time), readTime(until)];
    const isSpan = timeMs !== null && endMs !== null && endMs > timeMs;
    // A contributor has a key at least.
    const keys = contributor?.length === 0 ? null : contributor;
    return { text, timeMs, endMs: isSpan ? endMs : null, keys, fields: keys === null ? null : fields };
  });
  return { workspace: about.workspace, rules, groups, notes };
}

function readTime(text: string | null): number | null {
  const timeMs = text === null ? Number.NaN : Date.parse(text);
  return Number.isFinite(timeMs) ? timeMs : null;
}

/** The first of `X`, `X (case)`, `X (case 2)`, … that is free or stands for the same rule. */
function chooseName(wanted: string, definition: string, known: ReadonlyMap<string, string>): string {
  for (let count = 0; ; count++) {
    const mark = count === 0 ? '' : count === 1 ? ' (case)' : ` (case ${count})`;
    const name = `${wanted.slice(0, longestName - mark.length)}${mark}`;
    if ((known.get(name) ?? definition) === definition) return name;
  }
}

function readCase(archive: Uint8Array): { files: Map<string, Buffer>; about: z.output<typeof About> } {
  try {
    const files = readZip(archive);
    return { files, about: About.parse(JSON.parse(files.get('case.json')?.toString('utf8') ?? '')) };
  } catch (cause) {
    throw unreadable('The file is no case file, or it is damaged.', cause);
  }
}

function unreadable(message: string, cause?: unknown): UserError {
  const hint = 'Copy it again from where it came.';
  return new UserError([{ code: 'case/unreadable', place: 'case', message, hint }], { cause });
}
