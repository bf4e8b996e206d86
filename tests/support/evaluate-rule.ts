import { readNumber } from '../../electron/engine/workspace/number';
import { parseAddress, parseAddressRange } from '../../shared/address';
import type { Contributor, Ledger, OrderBy, PeriodMetrics } from '../../shared/report';
import type { FieldReference, Filter, NumericOperator, Rule } from '../../shared/rule';
import { deriveText } from './derive-text';
import { type PlainEvent, type PlainTable, referenceName } from './plain-table';

/** What a report says about events, worked out one event at a time. Written from docs/rules.md, for comparison. */
export type Evaluation = {
  contributors: Contributor[];
  metrics: PeriodMetrics;
  ledger: Ledger;
  total: number;
  uniqueCount: number;
  coverage: { startMs: number[]; events: number[] };
  dataRange: { firstMs: number; lastMs: number } | null;
};

export type EvaluationOptions = {
  startMs: number | null;
  endMs: number | null;
  periodSeconds: number;
  maxContributorCount: number;
  orderBy: OrderBy;
};

type Cell = { keys: string[]; startMs: number; values: number[] };

export function evaluateRule(rule: Rule, tables: readonly PlainTable[], options: EvaluationOptions): Evaluation {
  const ledger: Ledger = {
    scanned: 0,
    matched: 0,
    untimed: 0,
    otherFormat: 0,
    filtered: 0,
    missingKey: 0,
    notNumeric: 0,
  };
  const cells = new Map<string, Cell>();
  const coverage = new Map<number, number>();
  const times: number[] = [];
  const periodMs = options.periodSeconds * 1000;
  for (const table of tables) {
    for (const event of table.events) {
      const { timeMs } = event;
      if (timeMs !== null && (timeMs < (options.startMs ?? timeMs) || timeMs >= (options.endMs ?? timeMs + 1)))
        continue;
      ledger.scanned++;
      if (timeMs === null) {
        ledger.untimed++;
        continue;
      }
      const startMs = Math.floor(timeMs / periodMs) * periodMs;
      times.push(timeMs);
      coverage.set(startMs, (coverage.get(startMs) ?? 0) + 1);
      const seen = table.format === rule.format ? observe(rule, event) : 'otherFormat';
      if (typeof seen === 'string') {
        ledger[seen]++;
        continue;
      }
      ledger.matched++;
      const name = JSON.stringify([startMs, seen.keys]);
      const cell = cells.get(name) ?? { keys: seen.keys, startMs, values: [] };
      cell.values.push(seen.value);
      cells.set(name, cell);
    }
  }
  const contributors = rankContributors([...cells.values()], options.orderBy);
  const total = addExactly(contributors.map((contributor) => contributor.total));
  return {
    contributors: contributors.slice(0, options.maxContributorCount).map((contributor) => ({
      ...contributor,
      percentOfTotal: total === 0 ? null : (100 * contributor.total) / total,
    })),
    metrics: measurePeriods([...cells.values()]),
    ledger,
    total,
    uniqueCount: contributors.length,
    coverage: {
      startMs: [...coverage.keys()].sort((a, b) => a - b),
      events: [...coverage.entries()].sort(([a], [b]) => a - b).map(([, events]) => events),
    },
    dataRange: times.length === 0 ? null : { firstMs: Math.min(...times), lastMs: Math.max(...times) },
  };
}

function observe(
  rule: Rule,
  event: PlainEvent,
): { keys: string[]; value: number } | 'filtered' | 'missingKey' | 'notNumeric' {
  if (!rule.filters.every((filter) => matches(filter, event))) return 'filtered';
  const keys = rule.keys.map((key) => textOf(event, key.field)).filter((text) => text !== undefined);
  if (keys.length < rule.keys.length) return 'missingKey';
  if (rule.value === null) return { keys, value: 1 };
  const value = readNumber(textOf(event, rule.value.field) ?? '');
  return value === null ? 'notNumeric' : { keys, value };
}

function textOf(event: PlainEvent, field: FieldReference): string | undefined {
  const text = event.fields[referenceName(field)];
  return text === undefined || field.derivation === undefined ? text : deriveText(text, field.derivation);
}

const comparisons: Record<NumericOperator, (value: number, operand: number) => boolean> = {
  EqualTo: (value, operand) => value === operand,
  NotEqualTo: (value, operand) => value !== operand,
  GreaterThan: (value, operand) => value > operand,
  GreaterThanOrEqualTo: (value, operand) => value >= operand,
  LessThan: (value, operand) => value < operand,
  LessThanOrEqualTo: (value, operand) => value <= operand,
};

function matches(filter: Filter, event: PlainEvent): boolean {
  if ('any' in filter) return filter.any.some((inner) => matches(inner, event));
  const text = textOf(event, filter.field);
  if (filter.operator === 'IsPresent') return (text !== undefined) === filter.operand;
  if (text === undefined) return false;
  if ('operand' in filter) {
    const value = readNumber(text);
    return value !== null && comparisons[filter.operator](value, filter.operand);
  }
  const { operands } = filter;
  switch (filter.operator) {
    case 'In':
      return operands.includes(text);
    case 'NotIn':
      return !operands.includes(text);
    case 'StartsWith':
      return operands.some((operand) => text.startsWith(operand));
    case 'EndsWith':
      return operands.some((operand) => text.endsWith(operand));
    case 'Contains':
      return operands.some((operand) => text.includes(operand));
    case 'Matches':
      return operands.some((operand) => new RegExp(operand, 'u').test(text));
    case 'InCidr':
      return operands.some((operand) => isInside(text, operand));
  }
}

function isInside(text: string, rangeText: string): boolean {
  const address = parseAddress(text);
  const range = parseAddressRange(rangeText);
  if (address === null || range === null || address.version !== range.version) return false;
  return address.hex >= range.first && address.hex <= range.last;
}

function rankContributors(cells: readonly Cell[], orderBy: OrderBy): Contributor[] {
  const byKeys = new Map<string, Cell[]>();
  for (const cell of cells) {
    const name = JSON.stringify(cell.keys);
    byKeys.set(name, [...(byKeys.get(name) ?? []), cell]);
  }
  const contributors = [...byKeys.values()].map((own): Contributor => {
    const points = [...own].sort((a, b) => a.startMs - b.startMs);
    const values = points.map((cell) => addExactly(cell.values));
    return {
      keys: points[0]?.keys ?? [],
      total: addExactly(own.flatMap((cell) => cell.values)),
      maximum: Math.max(...values),
      percentOfTotal: null,
      periodStartMs: points.map((cell) => cell.startMs),
      values,
    };
  });
  const rankOf = (contributor: Contributor) => (orderBy === 'Sum' ? contributor.total : contributor.maximum);
  return contributors.sort((a, b) => rankOf(b) - rankOf(a) || compareKeys(a.keys, b.keys));
}

function measurePeriods(cells: readonly Cell[]): PeriodMetrics {
  const starts = [...new Set(cells.map((cell) => cell.startMs))].sort((a, b) => a - b);
  const periods = starts.map((startMs) => cells.filter((cell) => cell.startMs === startMs));
  const values = periods.map((own) => own.flatMap((cell) => cell.values));
  return {
    startMs: starts,
    uniqueContributors: periods.map((own) => own.length),
    maxContributorValue: periods.map((own) => Math.max(...own.map((cell) => addExactly(cell.values)))),
    sampleCount: values.map((own) => own.length),
    sum: values.map(addExactly),
    minimum: values.map((own) => Math.min(...own)),
    maximum: values.map((own) => Math.max(...own)),
  };
}

/** Key by key, by code points, as UTF-8 bytes compare. */
function compareKeys(a: readonly string[], b: readonly string[]): number {
  for (const [index, key] of a.entries()) {
    const order = Buffer.compare(Buffer.from(key), Buffer.from(b[index] ?? ''));
    if (order !== 0) return order;
  }
  return 0;
}

/** Shewchuk's sum, exact but for the last rounding, as Python's `math.fsum`. */
export function addExactly(values: readonly number[]): number {
  const partials: number[] = [];
  for (const value of values) {
    let x = value;
    let kept = 0;
    for (const partial of partials) {
      const [large, small] = Math.abs(x) < Math.abs(partial) ? [partial, x] : [x, partial];
      const high = large + small;
      const low = small - (high - large);
      if (low !== 0) partials[kept++] = low;
      x = high;
    }
    partials.length = kept;
    partials.push(x);
  }
  return partials.reduceRight((sum, partial) => sum + partial, 0);
}
