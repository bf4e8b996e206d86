import { isList, type Points, pointOf, type Value } from './arithmetic';

/** The periods that an expression is worked out for: their starts, epoch ms, one after the other. */
export type Grid = { startMs: readonly number[]; periodSeconds: number };

/** What a function takes, and how it works. `signature` is for messages. */
export type MetricFunction = {
  signature: string;
  least: number;
  most: number;
  /** @throws Refusal where an argument is of a kind that it does not take */
  apply(args: readonly Value[], grid: Grid): Value;
};

/** An argument, counted from 0, that a function does not take; `wanted` in words. */
export class Refusal extends Error {
  constructor(
    readonly argument: number,
    readonly wanted: string,
  ) {
    super(wanted);
    this.name = 'Refusal';
  }
}

const isThere = (point: number) => !Number.isNaN(point);

/** A function of each series alone. */
function each(signature: string, change: (points: Points, grid: Grid) => Points): MetricFunction {
  return {
    signature,
    least: 1,
    most: 1,
    apply: ([of = Number.NaN], grid) => {
      if (typeof of === 'number') throw new Refusal(0, 'a series');
      return isList(of) ? { list: of.list.map((points) => change(points, grid)) } : change(of, grid);
    },
  };
}

/** A function of each point alone. */
function point(name: string, change: (value: number) => number): MetricFunction {
  return each(`${name}(series)`, (points) => points.map((value) => pointOf(change(value))));
}

/**
 * A function of the points of one series, which gives a number, or of those of several series at each period, which gives
 * a series.
 * @param reduce gets the points that are there, and how many places there were for one
 */
function overall(name: string, reduce: (there: Points, places: number) => number): MetricFunction {
  return {
    signature: `${name}(series) or ${name}([a, b, …])`,
    least: 1,
    most: 1,
    apply: ([of = Number.NaN], { startMs }) => {
      if (typeof of === 'number') throw new Refusal(0, 'a series, or several in [ ]');
      if (!isList(of)) return pointOf(reduce(of.filter(isThere), startMs.length));
      return startMs.map((_, index) => {
        const there = of.list.map((points) => points[index] ?? Number.NaN).filter(isThere);
        return there.length === 0 ? Number.NaN : pointOf(reduce(there, of.list.length));
      });
    },
  };
}

function add(points: Points): number {
  return points.reduce((sum, value) => sum + value, 0);
}

function least(points: Points): number {
  return points.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY);
}

function most(points: Points): number {
  return points.reduce((high, value) => Math.max(high, value), Number.NEGATIVE_INFINITY);
}

function deviation(points: Points): number {
  const mean = add(points) / points.length;
  return Math.sqrt(add(points.map((value) => (value - mean) ** 2)) / points.length);
}

/** Gives each point but the first, with the one before it. */
function compareNeighbours(points: Points, compare: (now: number, before: number, periods: number) => number): Points {
  let last = -1;
  return points.map((value, index) => {
    if (!isThere(value)) return Number.NaN;
    const before = last;
    last = index;
    return before < 0 ? Number.NaN : pointOf(compare(value, points[before] ?? Number.NaN, index - before));
  });
}

function addUp(points: Points): Points {
  let sum = 0;
  return points.map((value) => {
    if (isThere(value)) sum += value;
    return isThere(value) ? pointOf(sum) : Number.NaN;
  });
}

/** How gaps are filled: by a number, the points of another series, the last value, or on a straight line. */
export type Filler = Value | 'REPEAT' | 'LINEAR';

/** Fills the periods of a series that have no point. Before the first and after the last, `LINEAR` knows no value. */
export function fill(points: Points, filler: Filler): Points {
  if (filler === 'LINEAR') return fillLinear(points);
  let last = Number.NaN;
  return points.map((value, index) => {
    if (isThere(value)) {
      last = value;
      return value;
    }
    if (filler === 'REPEAT') return last;
    if (typeof filler === 'number') return filler;
    return isList(filler) ? Number.NaN : (filler[index] ?? Number.NaN);
  });
}

function fillLinear(points: Points): Points {
  const filled = [...points];
  let last = -1;
  for (const [index, value] of points.entries()) {
    if (!isThere(value)) continue;
    const from = points[last] ?? Number.NaN;
    for (let gap = last + 1; last >= 0 && gap < index; gap++) {
      filled[gap] = from + ((value - from) * (gap - last)) / (index - last);
    }
    last = index;
  }
  return filled;
}

/**
 * One of two values, by a condition that is false where it is 0. Where the condition has no point there is none. A series
 * without a point counts as 0 where the condition holds, and gives no point where it does not.
 * @param otherwise null: none is given
 */
export function choose(condition: number | Points, value: number | Points, otherwise: number | Points | null): Value {
  if (typeof condition === 'number') {
    if (Number.isNaN(condition)) return Number.NaN;
    return condition !== 0 ? value : (otherwise ?? Number.NaN);
  }
  return condition.map((holds, index) => {
    if (!isThere(holds)) return Number.NaN;
    if (holds === 0) return typeof otherwise === 'number' ? otherwise : (otherwise?.[index] ?? Number.NaN);
    if (typeof value === 'number') return value;
    const own = value[index] ?? Number.NaN;
    return isThere(own) ? own : 0;
  });
}

/** The functions of a series or several. `IF`, `FILL` and `INSIGHT_RULE_METRIC` read their arguments themselves. */
export const functions: Record<string, MetricFunction> = {
  ABS: point('ABS', Math.abs),
  CEIL: point('CEIL', Math.ceil),
  FLOOR: point('FLOOR', Math.floor),
  LOG: point('LOG', Math.log),
  LOG10: point('LOG10', Math.log10),
  MIN: overall('MIN', least),
  MAX: overall('MAX', most),
  SUM: overall('SUM', add),
  AVG: overall('AVG', (there, places) => add(there) / places),
  STDDEV: overall('STDDEV', deviation),
  DATAPOINT_COUNT: overall('DATAPOINT_COUNT', (there) => there.length),
  DIFF: each('DIFF(series)', (points) => compareNeighbours(points, (now, before) => now - before)),
  RATE: each('RATE(series)', (points, { periodSeconds }) =>
    compareNeighbours(points, (now, before, periods) => (now - before) / (periods * periodSeconds)),
  ),
  RUNNING_SUM: each('RUNNING_SUM(series)', addUp),
  TIME_SERIES: {
    signature: 'TIME_SERIES(number)',
    least: 1,
    most: 1,
    apply: ([of = Number.NaN], { startMs }) => {
      if (typeof of !== 'number') throw new Refusal(0, 'a number');
      return startMs.map(() => of);
    },
  },
  FIRST: pick('FIRST', (list) => list[0]),
  LAST: pick('LAST', (list) => list[list.length - 1]),
  PERIOD: {
    signature: 'PERIOD(series)',
    least: 1,
    most: 1,
    apply: ([of = Number.NaN], { periodSeconds }) => {
      if (typeof of === 'number' || isList(of)) throw new Refusal(0, 'one series');
      return periodSeconds;
    },
  },
};

function pick(name: string, choose: (list: readonly Points[]) => Points | undefined): MetricFunction {
  return {
    signature: `${name}([a, b, …])`,
    least: 1,
    most: 1,
    apply: ([of = Number.NaN], { startMs }) => {
      if (typeof of === 'number' || !isList(of)) throw new Refusal(0, 'several series in [ ]');
      return choose(of.list) ?? startMs.map(() => Number.NaN);
    },
  };
}
