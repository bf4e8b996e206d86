import type { Board, BoardValue, Measure, ValueFilter } from '../../shared/explore';
import { binsPerOctave } from '../../shared/explore';

/** An event with the text of each of its fields by reference. */
export type ReferenceEvent = { timeMs: number; fields: ReadonlyMap<string, string> };

export type ReferenceQuestion = {
  startMs: number | null;
  endMs: number | null;
  filters: ValueFilter[];
  measure: Measure;
  limit: number;
};

/** A number as an event has it, or null. */
export function readReferenceNumber(text: string | undefined): number | null {
  if (text === undefined || !/^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(text)) return null;
  return Number.isFinite(Number(text)) ? Number(text) : null;
}

/** How many events pass all filters. */
export function countRemaining(events: readonly ReferenceEvent[], question: ReferenceQuestion): number {
  return events.filter((event) => passes(event, question, null)).length;
}

/** A field's board without its spread, worked out event by event. */
export function makeReferenceBoard(
  events: readonly ReferenceEvent[],
  reference: string,
  question: ReferenceQuestion,
): Omit<Board, 'spread' | 'isDistinctExact'> {
  const amounts = new Map<string, number>();
  let base = 0;
  let absent = 0;
  for (const { event, amount } of countedEvents(events, reference, question)) {
    const text = event.fields.get(reference);
    base += amount;
    if (text === undefined) absent += amount;
    else amounts.set(text, (amounts.get(text) ?? 0) + amount);
  }
  const own = question.filters.filter((filter) => filter.reference === reference).flatMap(({ values }) => values);
  const values: BoardValue[] = [...amounts]
    .map(([value, amount]) => ({
      value: [...value].slice(0, 1000).join(''),
      amount,
      isCut: [...value].length > 1000,
    }))
    .sort((a, b) => b.amount - a.amount || compareValues(a.value, b.value));
  const pinned = own.filter((value) => !amounts.has(value)).map((value) => ({ value, amount: 0, isCut: false }));
  return {
    reference,
    base,
    absent,
    distinct: amounts.size,
    values: [...values.filter(({ value }, index) => index < question.limit || own.includes(value)), ...pinned],
  };
}

/** The numbers of a field among the events of its board, ascending. */
export function listReferenceNumbers(
  events: readonly ReferenceEvent[],
  reference: string,
  question: ReferenceQuestion,
): number[] {
  return countedEvents(events, reference, question)
    .map(({ event }) => readReferenceNumber(event.fields.get(reference)))
    .filter((number) => number !== null)
    .sort((a, b) => a - b);
}

/** Bins of positive numbers on a logarithmic scale, and the events in each. */
export function binReferenceNumbers(numbers: readonly number[]): [bin: number, events: number][] {
  const bins = new Map<number, number>();
  for (const number of numbers) {
    if (number <= 0) continue;
    const bin = Math.floor(Math.log2(number) * binsPerOctave);
    bins.set(bin, (bins.get(bin) ?? 0) + 1);
  }
  return [...bins].sort(([a], [b]) => a - b);
}

function countedEvents(events: readonly ReferenceEvent[], except: string, question: ReferenceQuestion) {
  const { measure } = question;
  return events
    .filter((event) => passes(event, question, except))
    .map((event) => ({
      event,
      amount: measure.kind === 'events' ? 1 : readReferenceNumber(event.fields.get(measure.reference)),
    }))
    .filter((one): one is { event: ReferenceEvent; amount: number } => one.amount !== null);
}

function passes(event: ReferenceEvent, { startMs, endMs, filters }: ReferenceQuestion, except: string | null): boolean {
  if (startMs !== null && event.timeMs < startMs) return false;
  if (endMs !== null && event.timeMs >= endMs) return false;
  return filters.every(({ reference, values, exclude }) => {
    if (reference === except) return true;
    const text = event.fields.get(reference);
    return text !== undefined && values.includes(text) !== exclude;
  });
}

/** Numbers by size, then texts. */
function compareValues(a: string, b: string): number {
  const isNumber = (text: string) => String(Number(text)) === text;
  if (isNumber(a) !== isNumber(b)) return isNumber(a) ? -1 : 1;
  if (isNumber(a)) return Number(a) - Number(b);
  return a < b ? -1 : 1;
}
