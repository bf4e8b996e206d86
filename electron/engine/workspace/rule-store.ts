import type { JsonValue, RuleChoice } from '../../../shared/contract';
import { UserError } from '../../../shared/problem';
import type { RuleState, StoredRule } from '../../../shared/rule';
import type { Database } from './db';
import { sql } from './sql';

/** The rules of a workspace, by name. */
export async function listRules(db: Database): Promise<StoredRule[]> {
  const rows = await db.read(sql`SELECT name, definition, state FROM rule ORDER BY name`);
  return rows.map((row) => ({
    name: String(row.name),
    definition: String(row.definition),
    state: row.state as RuleState,
  }));
}

/** @throws UserError `rule/unknown` where the workspace has no rule of that name */
export async function findRule(db: Database, name: string): Promise<StoredRule> {
  const found = (await listRules(db)).find((rule) => rule.name === name);
  if (found) return found;
  throw new UserError([
    {
      code: 'rule/unknown',
      place: name,
      message: 'The workspace has no rule of this name.',
      hint: '`rules list` shows those it has.',
    },
  ]);
}

/** The body of a rule that is given by the name it is stored under, or by its body. @throws UserError `rule/unknown` */
export async function readDefinition(db: Database, choice: RuleChoice): Promise<string> {
  return 'name' in choice ? (await findRule(db, choice.name)).definition : choice.definition;
}

/** Adds a rule, or replaces the one of the same name. */
export async function putRule(db: Database, rule: StoredRule): Promise<void> {
  await db.transaction(async (run) => {
    await run(sql`DELETE FROM rule WHERE name = ${rule.name}`);
    await run(sql`INSERT INTO rule (name, definition, state, created_ms)
      VALUES (${rule.name}, ${rule.definition}, ${rule.state}, ${Date.now()})`);
  });
}

/** Takes a rule away and returns it, so that this can be undone. @throws UserError `rule/unknown` */
export async function deleteRule(db: Database, name: string): Promise<StoredRule> {
  const rule = await findRule(db, name);
  await db.write(sql`DELETE FROM rule WHERE name = ${name}`);
  return rule;
}

/** A setting's value, or null. */
export async function readSetting(db: Database, key: string): Promise<JsonValue> {
  return JSON.parse(await readSettingText(db, key)) as JsonValue;
}

/** A setting's value as the JSON that is kept; `null` where there is none. */
export async function readSettingText(db: Database, key: string): Promise<string> {
  const [row] = await db.read(sql`SELECT value FROM setting WHERE key = ${key}`);
  return row === undefined ? 'null' : String(row.value);
}

/** Keeps a setting, which may be every kind of JSON value. */
export async function writeSetting(db: Database, key: string, value: JsonValue): Promise<void> {
  await db.transaction(async (run) => {
    await run(sql`DELETE FROM setting WHERE key = ${key}`);
    await run(sql`INSERT INTO setting (key, value) VALUES (${key}, ${JSON.stringify(value)})`);
  });
}
