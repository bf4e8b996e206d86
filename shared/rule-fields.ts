import { readDerivation, readFieldCall, writeFieldCall } from './derived-field';
import { parseJson } from './json';
import { parsePath } from './json-path';

/** A field that a rule body names. */
export type NamedField = {
  /** The same without aliases: `$.a.b`, `4`, `network(4, 24)`. */
  reference: string;
  /** What stands in the events, equal for all that is worked out of it, whatever the way it is written. */
  source: string;
};

/**
 * Reads the fields that a rule body names, as far as they can be read: nothing is checked, and what is no field is its own
 * reference.
 */
export function createFieldReader(definition: string): (name: string) => NamedField {
  const { LogFormat: format, Fields: fields } = readMembers(parseJson(definition));
  const positions = new Map<string, string>();
  // Only token positions have aliases.
  if (format === 'CLF') {
    for (const [position, alias] of Object.entries(readMembers(fields))) {
      if (typeof alias === 'string' && !positions.has(alias)) positions.set(alias, position);
    }
  }
  const readPlain = (name: string): NamedField => {
    const reference = positions.get(name) ?? name;
    const path = /^\$[.[]/.test(reference) ? parsePath(reference) : '';
    return { reference, source: typeof path === 'string' ? reference : JSON.stringify(path) };
  };
  return (name) => {
    // An alias may be spelled like a call.
    const call = positions.has(name) ? null : readFieldCall(name);
    const derivation = call === null ? null : readDerivation(call);
    if (call === null || derivation === null) return readPlain(name);
    const { reference, source } = readPlain(call.field);
    return { reference: writeFieldCall(derivation, reference), source };
  };
}

/** The keys of a rule body; none where it can't be read. */
export function listKeyFields(definition: string): NamedField[] {
  const { Keys: keys } = readMembers(readMembers(parseJson(definition)).Contribution);
  const read = createFieldReader(definition);
  return (Array.isArray(keys) ? keys : []).map((key: unknown) =>
    read(typeof key === 'string' ? key : JSON.stringify(key)),
  );
}

function readMembers(value: unknown): Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
