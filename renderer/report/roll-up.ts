import { describeDerivation, readDerivation, readFieldCall, writeFieldCall } from '../../shared/derived-field';
import type { Derivation } from '../../shared/rule';
import { type Json, setAt } from '../editor/rule-text';
import { listKeys } from './narrow';

/** One way to show the addresses of a report: `single`, the prefixes as they are written, `/24`, `/24 · /64`, or `private or public`. */
export type RollUpChoice = { value: string; label: string; derivation: Derivation | null };

/** What a report's addresses can be rolled up to, and what they are now. */
export type RollUp = { keys: number[]; choices: RollUpChoice[]; value: string };

type Network = Extract<Derivation, { by: 'network' }>;
type OfAddress = Network | Extract<Derivation, { by: 'reach' }>;

const steps: [version4: number, version6: number][] = [
  [24, 64],
  [16, 48],
  [8, 32],
];

const version4 = /^(?:\d{1,3}\.){3}\d{1,3}(?::\d{1,5})?(?:\/\d{1,2})?$/;
const version6 = /^\[?[0-9a-f]*:[0-9a-f:.]*:[0-9a-f.]*(?:%[^/]+)?\]?(?::\d{1,5})?(?:\/\d{1,3})?$/i;

/**
 * What the addresses of a report can be rolled up to.
 * @param contributors those shown
 * @returns null where no key holds addresses, or where one does so alone and rolled up
 */
export function findRollUp(definition: string, contributors: readonly { keys: readonly string[] }[]): RollUp | null {
  const written = listKeys(definition);
  const values = (at: number) => contributors.map(({ keys }) => keys[at] ?? '').filter((value) => value !== '-');
  const keys = written.flatMap((key, at) => {
    const shown = values(at);
    const addresses = shown.filter((value) => version4.test(value) || version6.test(value)).length;
    const isRolledUp = readRollUp(key) !== null;
    const isPlain = typeof key === 'string' && readFieldCall(key) === null;
    return isRolledUp || (isPlain && addresses > 0 && addresses * 2 > shown.length) ? [at] : [];
  });
  const [first] = keys;
  const fields = keys.map((at) => fieldOf(written[at]));
  if (first === undefined || new Set(fields).size < fields.length) return null;
  const all = keys.flatMap(values);
  const present = readRollUp(written[first]);
  const has6 = all.some((value) => version6.test(value));
  const has4 = all.some((value) => version4.test(value)) || !has6;
  const networks = steps.map(([bits4, bits6]): RollUpChoice => {
    // Both, whatever is shown now: once rolled up, others come among the first.
    const derivation: Network = { by: 'network', version4: bits4, version6: bits6 };
    const label = [...(has4 ? [`/${bits4}`] : []), ...(has6 ? [`/${bits6}`] : [])].join(' · ');
    return { value: label, label, derivation };
  });
  const reach = describeDerivation({ by: 'reach' });
  const choices: RollUpChoice[] = [...networks, { value: reach, label: reach, derivation: { by: 'reach' } }];
  const isPresent = ({ derivation }: RollUpChoice) => {
    if (present?.by !== 'network' || derivation?.by !== 'network') return present?.by === derivation?.by;
    const { version4: bits4, version6: bits6 } = present;
    return derivation.version4 === bits4 && (derivation.version6 === bits6 || (bits6 === null && !has6));
  };
  const others = present?.by !== 'network' || choices.some(isPresent) ? [] : [nameOther(present)];
  const chosen = [...choices.filter(isPresent), ...others][0];
  return {
    keys,
    choices: [{ value: 'single', label: 'single', derivation: null }, ...choices, ...others],
    value: chosen?.value ?? 'single',
  };
}

/** The rule body with its keys at `keys` rolled up; with null as the addresses are. */
export function rollUp(definition: string, keys: readonly number[], derivation: Derivation | null): string {
  const written = listKeys(definition);
  return keys.reduce((text, at) => {
    const field = fieldOf(written[at]);
    const key = derivation === null ? field : writeFieldCall(derivation, field);
    return setAt(text, ['Contribution', 'Keys', at], key);
  }, definition);
}

/** Prefixes that only the rule has. */
function nameOther(derivation: Network): RollUpChoice {
  const { version4: bits4, version6: bits6 } = derivation;
  const label = bits6 === null ? `/${bits4}` : `/${bits4} · /${bits6}`;
  return { value: label, label, derivation };
}

function readRollUp(key: Json | undefined): OfAddress | null {
  const call = typeof key === 'string' ? readFieldCall(key) : null;
  const derivation = call === null ? null : readDerivation(call);
  return derivation?.by === 'network' || derivation?.by === 'reach' ? derivation : null;
}

function fieldOf(key: Json | undefined): string {
  const text = String(key ?? '');
  return readRollUp(text) === null ? text : (readFieldCall(text)?.field ?? text);
}
