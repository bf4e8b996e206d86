import { parsePath } from '../../../shared/json-path';
import type { Problem } from '../../../shared/problem';
import type { FieldReference, LogFormat } from '../../../shared/rule';
import { readDerivedField } from './derived-field';
import { describeNode, type JsonNode } from './json-tree';
import { suggest } from './suggest';

/** What a rule says about fields before any of them is used. */
export type FieldScope = {
  format: LogFormat | null;
  /** Alias to token position; null where `Fields` can't be read, so that nobody knows what it defines. */
  aliases: Map<string, number> | null;
};

/** What `readField` and `readFields` do with problems. */
export type Report = (problem: Problem) => void;

/**
 * The `Fields` of a rule: `{"4": "srcaddr"}` gives `srcaddr` the position 4. Every problem is reported.
 * @returns null where it is no object
 */
export function readAliases(node: JsonNode, report: Report): Map<string, number> | null {
  if (node.type !== 'object') {
    report({
      code: 'rule/wrong-type',
      place: node.place,
      message: `Expected an object of positions and aliases, found ${describeNode(node)}.`,
      hint: 'Write {"4": "srcaddr"}.',
    });
    return null;
  }
  const aliases = new Map<string, number>();
  for (const [name, alias] of node.members) {
    const position = readPosition(name);
    if (position === null) {
      const swapped = alias.type === 'string' ? readPosition(alias.value) : null;
      const meant = withoutZeros(name);
      report({
        code: 'rule/bad-position',
        place: alias.place,
        message: `Expected a position, a whole number from 1 in quotes, found ${JSON.stringify(name)}.`,
        hint:
          meant !== null && alias.type === 'string'
            ? `Write "${meant}": ${JSON.stringify(alias.value)}.`
            : swapped === null
              ? 'Write "4": "srcaddr".'
              : `Write "${swapped}": ${JSON.stringify(name)}.`,
      });
      // What was meant is clear, so that the uses of the alias are no further problems.
      if (meant !== null && alias.type === 'string') aliases.set(alias.value, meant);
      else if (swapped !== null) aliases.set(name, swapped);
    } else if (alias.type !== 'string') {
      report({
        code: 'rule/wrong-type',
        place: alias.place,
        message: `Expected an alias, which is a string, found ${describeNode(alias)}.`,
      });
    } else if (alias.value === '' || /^[0-9]+$/.test(alias.value)) {
      report({
        code: 'rule/bad-alias',
        place: alias.place,
        message:
          alias.value === ''
            ? 'The alias is empty.'
            : `The alias ${JSON.stringify(alias.value)} is made of digits only, so it would read as a position.`,
        hint: 'Choose a name.',
      });
    } else if (aliases.has(alias.value)) {
      report({
        code: 'rule/bad-alias',
        place: alias.place,
        message: `The alias ${JSON.stringify(alias.value)} is used twice, first for position ${aliases.get(alias.value)}.`,
        hint: 'Give each position an alias of its own.',
      });
    } else {
      aliases.set(alias.value, position);
    }
  }
  return aliases;
}

/**
 * The field that a rule names at a place: a JSON path, a token position or an alias, or what is worked out of one of them.
 * @returns null where it names none; that is reported
 */
export function readField(node: JsonNode, scope: FieldScope, report: Report): FieldReference | null {
  if (node.type !== 'string') {
    report({
      code: 'rule/wrong-type',
      place: node.place,
      message: `Expected a field, which is a string, found ${describeNode(node)}.`,
      ...(node.type === 'number' && { hint: `Write "${node.literal}" with quotes.` }),
    });
    return null;
  }
  // Without a known format nobody can say what the text should be.
  const { format, aliases } = scope;
  if (format === null) return null;
  const readPlain = (text: Text, tell: Report) =>
    format === 'JSON' ? readJsonField(text, tell) : readTokenField(text, aliases, tell);
  // An alias may be spelled like a call, as those of some W3C logs are.
  const isAlias = format === 'CLF' && aliases?.has(node.value) === true;
  const derived = isAlias ? undefined : readDerivedField(node, readPlain, report);
  if (derived === undefined) return readPlain(node, report);
  if (derived !== null) {
    report({
      code: 'rule/not-accepted-by-aws',
      place: node.place,
      message: `AWS has no derived fields such as ${JSON.stringify(node.value)}.`,
    });
  }
  return derived;
}

type Text = { place: string; value: string };

function readTokenField(
  { place, value }: Text,
  aliases: Map<string, number> | null,
  report: Report,
): FieldReference | null {
  const position = aliases?.get(value) ?? readPosition(value);
  if (position !== null) return { position };
  if (/^[0-9]+$/.test(value)) {
    const meant = withoutZeros(value);
    report({
      code: 'rule/bad-position',
      place,
      ...(meant === null
        ? { message: `There is no position ${value}: positions count from 1.` }
        : { message: `The position ${JSON.stringify(value)} starts with a zero.`, hint: `Write "${meant}".` }),
    });
    return null;
  }
  if (aliases === null) return null;
  const isPath = /^\$[.[]/.test(value);
  report({
    code: 'rule/unknown-alias',
    place,
    message: `"Fields" defines no alias ${JSON.stringify(value)}.`,
    hint:
      suggest(value, aliases.keys()) ??
      (isPath
        ? 'Paths are for "LogFormat": "JSON"; with CLF write a position such as "4", or an alias.'
        : aliases.size === 0
          ? `Add it, as in "Fields": {"4": ${JSON.stringify(value)}}, or write a position such as "4".`
          : `Known are ${[...aliases.keys()]
              .slice(0, 8)
              .map((alias) => JSON.stringify(alias))
              .join(', ')}.`),
  });
  return null;
}

function readJsonField({ place, value }: Text, report: Report): FieldReference | null {
  if (!/^\$[.[]/.test(value)) {
    const wanted = value.startsWith('$') ? value.slice(1) : value;
    report({
      code: 'rule/bad-path',
      place,
      message: `A field of a JSON event starts with "$." or "$[", unlike ${JSON.stringify(value)}.`,
      hint: /^[^.[\]$\s"']+(\.[^.[\]$\s"']+)*$/.test(wanted)
        ? `Did you mean "$.${wanted}"?`
        : 'Write a path such as "$.user.name".',
    });
    return null;
  }
  const path = parsePath(value);
  if (typeof path !== 'string') {
    if (/\[["']/.test(value)) {
      report({
        code: 'rule/not-accepted-by-aws',
        place,
        message: `${JSON.stringify(value)} has a step in brackets and quotes, which AWS does not take.`,
      });
    }
    return { path };
  }
  report({
    code: 'rule/bad-path',
    place,
    message: `${JSON.stringify(value)} is no path: ${path}.`,
    hint: 'Write steps such as ".name", "[0]" or "[\'a.b\']".',
  });
  return null;
}

/** A position from 1 in decimal digits, without zeros in front, or null. */
function readPosition(text: string): number | null {
  const position = Number(text);
  return /^[1-9][0-9]*$/.test(text) && Number.isSafeInteger(position) ? position : null;
}

/** The position that is meant by one with zeros in front, or null. */
function withoutZeros(text: string): number | null {
  return /^0[0-9]+$/.test(text) ? readPosition(text.replace(/^0+/, '')) : null;
}
