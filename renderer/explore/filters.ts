import type { BoardValue, ValueFilter } from '../../shared/explore';
import { showKey } from '../report/visible';

export type Choice = 'kept' | 'excluded' | null;

/** A value of a field, and what was chosen for it. */
export type ChosenValue = BoardValue & { choice: Choice };

/** What was chosen for a value of a field. */
export function choiceOf(filters: readonly ValueFilter[], reference: string, value: string): Choice {
  const own = filters.find((one) => one.reference === reference && one.values.includes(value));
  if (own === undefined) return null;
  return own.exclude ? 'excluded' : 'kept';
}

/** Chooses a value for what it is not chosen for yet, else gives the choice up. */
export function toggleValue(
  filters: readonly ValueFilter[],
  reference: string,
  value: string,
  choice: Exclude<Choice, null>,
): ValueFilter[] {
  const without = dropValue(filters, reference, value);
  if (choiceOf(filters, reference, value) === choice) return without;
  const exclude = choice === 'excluded';
  const at = without.findIndex((one) => one.reference === reference && one.exclude === exclude);
  if (at < 0) return [...without, { reference, values: [value], exclude }];
  return without.map((one, index) => (index === at ? { ...one, values: [...one.values, value] } : one));
}

/** Keeps this value alone of its field; when it is that already, all of them. */
export function keepOnly(filters: readonly ValueFilter[], reference: string, value: string): ValueFilter[] {
  const own = filters.filter((one) => one.reference === reference);
  const isOnly = own.length === 1 && own[0]?.exclude === false && own[0].values.length === 1;
  if (isOnly && own[0]?.values[0] === value) return dropField(filters, reference);
  const at = filters.findIndex((one) => one.reference === reference);
  const kept = { reference, values: [value], exclude: false };
  if (at < 0) return [...filters, kept];
  return filters.flatMap((one, index) => (index === at ? [kept] : one.reference === reference ? [] : [one]));
}

/** All filters but those of a field. */
export function dropField(filters: readonly ValueFilter[], reference: string): ValueFilter[] {
  return filters.filter((one) => one.reference !== reference);
}

function dropValue(filters: readonly ValueFilter[], reference: string, value: string): ValueFilter[] {
  return filters.flatMap((one) => {
    if (one.reference !== reference || !one.values.includes(value)) return [one];
    const values = one.values.filter((other) => other !== value);
    return values.length === 0 ? [] : [{ ...one, values }];
  });
}

/** A filter in words, without its field: `is 502 or 504`, `is not cust-probe`, `is none of 1, 2 and 4 more`. */
export function describeFilter({ values, exclude }: ValueFilter): string {
  const shown = values.map(showKey);
  const [first = '', second = ''] = shown;
  if (shown.length === 1) return exclude ? `is not ${first}` : `is ${first}`;
  const verb = exclude ? 'is neither' : 'is';
  const last = exclude ? 'nor' : 'or';
  if (shown.length === 2) return `${verb} ${first} ${last} ${second}`;
  if (shown.length === 3) return `${verb} ${first}, ${second} ${last} ${shown[2]}`;
  return `${exclude ? 'is none of' : 'is one of'} ${first}, ${second} and ${shown.length - 2} more`;
}
