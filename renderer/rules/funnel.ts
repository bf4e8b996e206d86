import type { StepCount } from '../../shared/event';
import { type Condition, printCondition, type Sentence } from './sentence';

/** A step of a rule, with the events that are left behind it and those that it left out. */
export type FunnelStep = {
  words: string;
  /** The field that the step looks at, or the whole condition of a filter. */
  code: string | null;
  left: number;
  out: number;
  /** What the step is in the ledger. */
  step: StepCount['step'] | 'scanned';
  /** Number of the filter in the rule, from 0. */
  filter: number | null;
};

/**
 * What becomes of the events of a rule's log groups, step by step.
 * @param leftOut numbers of the filters that are wrong and were not tried
 */
export function buildFunnel(
  steps: readonly StepCount[],
  sentence: Sentence | null,
  leftOut: readonly number[] = [],
): FunnelStep[] {
  const outAt = (step: StepCount['step'], filter: number | null) =>
    steps.find((one) => one.step === step && one.filter === filter)?.events ?? 0;
  let left = steps.reduce((sum, { events }) => sum + events, 0);
  const funnel: FunnelStep[] = [{ words: 'Scanned', code: null, left, out: 0, step: 'scanned', filter: null }];
  const add = (words: string, code: string | null, step: StepCount['step'], filter: number | null = null) => {
    const out = outAt(step, filter);
    left -= out;
    funnel.push({ words, code, left, out, step, filter });
  };
  add('Has a time', null, 'untimed');
  add(sentence?.format === 'CLF' ? 'Is a plain line' : 'Is a JSON object', null, 'otherFormat');
  for (const [index, condition] of (sentence?.conditions ?? []).entries()) {
    if (!leftOut.includes(index)) add(`Filter ${index + 1}`, printCondition(condition), 'filtered', index);
  }
  add((sentence?.keys.length ?? 0) > 1 ? 'Has every key' : 'Has the key', null, 'missingKey');
  if (sentence?.valueOf != null) add('Is a number', sentence.valueOf, 'notNumeric');
  return funnel;
}

/** What to call the step that left an event out, in a badge. */
export function nameStep(step: StepCount['step'], filter: number | null): string {
  if (step === 'filtered') return filter === null ? 'filters' : `filter ${filter + 1}`;
  const names = {
    matched: 'counts',
    untimed: 'no time',
    otherFormat: 'other format',
    missingKey: 'no key',
    notNumeric: 'no number',
  };
  return names[step];
}

/** A filter's condition, or a stand-in where the rule changed since. */
export function conditionAt(sentence: Sentence | null, index: number): Condition {
  return sentence?.conditions[index] ?? { field: `filter ${index + 1}`, words: '' };
}
