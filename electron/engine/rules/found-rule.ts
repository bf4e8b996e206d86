import type { RuleState } from '../../../shared/rule';

/** A rule as some text has it, before its body is checked. */
export type FoundRule = {
  name: string | null;
  /** JSON text, or the value that it would be the text of. */
  body: unknown;
  state: RuleState;
  notes: string[];
};

/** Rules are on unless a text says otherwise. */
export function readState(state: unknown): RuleState {
  return typeof state === 'string' && state.toUpperCase() === 'DISABLED' ? 'DISABLED' : 'ENABLED';
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
