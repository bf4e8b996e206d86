import { createHash, randomBytes } from 'node:crypto';
import { hideValues, listFilterValues } from '../../../shared/hidden-values';
import { UserError } from '../../../shared/problem';
import type { Report } from '../../../shared/report';
import type { Rule } from '../../../shared/rule';
import { referenceKey } from '../workspace/event-tables';
import type { Workspace } from '../workspace/open';
import { readSetting, writeSetting } from '../workspace/rule-store';
import { type Sql, sql } from '../workspace/sql';

/** Where a workspace keeps the secret that its pseudonyms are made with. */
const secretSetting = 'export.secret';

/** Hexadecimal digits of a pseudonym. */
const digits = 12;

/** Fields whose values are replaced in an export, by `referenceKey`, and what the pseudonyms are made with. */
export type Redaction = { secret: string; fields: ReadonlySet<string> };

/** The secret of a workspace: the same value gets the same pseudonym in every export of it, and in no other. */
export async function readSecret({ db }: Pick<Workspace, 'db'>): Promise<string> {
  const kept = await readSetting(db, secretSetting);
  if (typeof kept === 'string') return kept;
  const secret = randomBytes(32).toString('hex');
  await writeSetting(db, secretSetting, secret);
  return secret;
}

/** The pseudonym of a value: without the secret, neither can be found from the other. */
export function pseudonymOf(value: string, secret: string): string {
  return `x-${createHash('sha256').update(`${secret}:${value}`).digest('hex').slice(0, digits)}`;
}

/** The same in SQL. */
export function pseudonymSql(text: Sql, secret: string): Sql {
  return sql`'x-' || left(sha256(${`${secret}:`} || ${text}), ${digits})`;
}

/** A report with pseudonyms for the keys that are among the redacted fields. */
export function redactReport(report: Report, rule: Rule, redaction: Redaction): Report {
  const contributors = redactContributors(report.contributors, rule, redaction);
  return { ...report, contributors };
}

/** The same for contributors alone. */
export function redactContributors<T extends { keys: string[] }>(
  contributors: readonly T[],
  rule: Rule,
  { secret, fields }: Redaction,
): T[] {
  const hidden = rule.keys.map(({ field }) => fields.has(referenceKey(field)));
  return contributors.map((contributor) => ({
    ...contributor,
    keys: contributor.keys.map((key, index) => (hidden[index] ? pseudonymOf(key, secret) : key)),
  }));
}

/**
 * A title with pseudonyms for the redacted values that it names, as far as the report or the filters of its rule have them.
 * @param report with its true keys
 */
export function redactTitle(
  title: string,
  { report, rule, definition }: { report: Report; rule: Rule; definition: string },
  { secret, fields }: Redaction,
): string {
  const places = rule.keys.flatMap(({ field }, at) => (fields.has(referenceKey(field)) ? [at] : []));
  const named = report.contributors.flatMap(({ keys }) => places.map((at) => keys[at] ?? ''));
  const values = [...named, ...listFilterValues(definition, places)];
  return hideValues(title, new Map(values.map((value) => [value, pseudonymOf(value, secret)])));
}

/** The key of a setting that windows may read and write. @throws UserError `args/invalid` for the secret's */
export function checkSettingKey(key: string): string {
  if (key !== secretSetting) return key;
  const message = 'What pseudonyms are made with is kept by the engine alone.';
  throw new UserError([{ code: 'args/invalid', place: key, message, hint: 'Name another setting.' }]);
}
