import type { MetricExpression } from '../../../shared/metric';
import { metricIdPattern } from '../../../shared/metric';
import type { Problem } from '../../../shared/problem';
import { suggest } from '../rules/suggest';
import { combine, isList, type Points, type Value } from './arithmetic';
import { ExpressionError } from './expression-error';
import { choose, fill, functions, type Grid, Refusal } from './functions';
import { type Node, parseExpression } from './parse';
import { type RuleMetric, readRuleMetric } from './rule-metric';

export type ParsedExpression = MetricExpression & { tree: Node };

/** What expressions are worked out on. */
export type Source = {
  grid: Grid;
  /** The points of a rule's metric over the grid. */
  read(metric: RuleMetric): Points;
  /** Series that have a name without an expression. */
  known?: ReadonlyMap<string, Points>;
};

/** Functions that AWS has and this app does not. */
const onlyAws = [
  ...['ANOMALY_DETECTION_BAND', 'DB_PERF_INSIGHTS', 'DIFF_TIME', 'METRICS', 'METRIC_COUNT', 'REMOVE_EMPTY', 'SEARCH'],
  ...['SERVICE_QUOTA', 'SLICE', 'SORT', 'MINUTE', 'HOUR', 'DAY', 'DATE', 'MONTH', 'YEAR', 'EPOCH', 'LAMBDA'],
];

/** Names of all functions. */
export const functionNames = [...Object.keys(functions), 'IF', 'FILL', 'INSIGHT_RULE_METRIC'].sort();

/** Reads expressions. Problems have the place `ID:CHARACTER`, counted from 1; those of all expressions are given. */
export function parseExpressions(expressions: readonly MetricExpression[]): {
  parsed: ParsedExpression[];
  problems: Problem[];
} {
  const parsed: ParsedExpression[] = [];
  const problems: Problem[] = [];
  const ids = new Set<string>();
  for (const { id, expression } of expressions) {
    const fault = findIdFault(id, ids);
    if (fault !== null) problems.push({ code: 'metric/bad-id', place: id.slice(0, 100), ...fault });
    try {
      parsed.push({ id, expression, tree: parseExpression(expression) });
    } catch (cause) {
      problems.push(problemOf(cause, id));
    }
    ids.add(id);
  }
  return { parsed, problems };
}

function findIdFault(id: string, earlier: ReadonlySet<string>): { message: string; hint?: string } | null {
  if (earlier.has(id)) return { message: 'Two expressions have this ID.', hint: 'Give each one its own.' };
  if (metricIdPattern.test(id)) return null;
  return {
    message: `${JSON.stringify(id.slice(0, 100))} can't be an ID.`,
    hint: 'It is a lowercase letter, then letters, digits and underscores: e1, impacted_percent.',
  };
}

/**
 * Works out expressions, each with those before it at hand.
 * @returns the series that each one gives
 */
export function evaluateExpressions(
  expressions: readonly ParsedExpression[],
  source: Source,
): { results: { id: string; series: readonly Points[] }[]; problems: Problem[] } {
  const names = new Map<string, Value>(source.known);
  const failed = new Set<string>();
  const results: { id: string; series: readonly Points[] }[] = [];
  const problems: Problem[] = [];
  const later = expressions.map(({ id }) => id);
  for (const { id, tree } of expressions) {
    try {
      const value = evaluate(tree, { ...source, names, failed, later });
      results.push({ id, series: readSeries(value) });
      names.set(id, value);
    } catch (cause) {
      failed.add(id);
      // What only follows from another mistake is not worth saying.
      if (!(cause instanceof FollowingError)) problems.push(problemOf(cause, id));
    }
  }
  return { results, problems };
}

function readSeries(value: Value): readonly Points[] {
  if (typeof value !== 'number') return isList(value) ? value.list : [value];
  throw new ExpressionError(
    0,
    'The expression gives one number, not a series.',
    'Put it into a larger one, or write TIME_SERIES( ) around it.',
  );
}

/** It uses an expression that is itself wrong. */
class FollowingError extends Error {}

type Scope = Source & { names: ReadonlyMap<string, Value>; failed: ReadonlySet<string>; later: readonly string[] };

function evaluate(node: Node, scope: Scope): Value {
  switch (node.kind) {
    case 'number':
      return node.value;
    case 'text':
      throw new ExpressionError(node.at, 'A text has no value here.', 'Only INSIGHT_RULE_METRIC takes texts.');
    case 'name':
      return findName(node.name, node.at, scope);
    case 'list':
      return { list: node.items.flatMap((item) => readItem(evaluate(item, scope), scope.grid)) };
    case 'negative':
      return combine('-', 0, evaluate(node.of, scope)) ?? Number.NaN;
    case 'binary': {
      const result = combine(node.operator, evaluate(node.left, scope), evaluate(node.right, scope));
      if (result !== null) return result;
      throw new ExpressionError(node.at, `${node.operator} stands between lists of different lengths.`);
    }
    case 'call':
      return evaluateCall(node, scope);
  }
}

/** A number in a list has its value at every period. */
function readItem(value: Value, { startMs }: Grid): readonly Points[] {
  if (typeof value === 'number') return [startMs.map(() => value)];
  return isList(value) ? value.list : [value];
}

function findName(name: string, at: number, { names, failed, later }: Scope): Value {
  const value = names.get(name);
  if (value !== undefined) return value;
  if (failed.has(name)) throw new FollowingError();
  if (later.includes(name)) {
    throw new ExpressionError(at, `${name} comes later.`, 'An expression can use those before it.');
  }
  if (functionNames.includes(name)) throw new ExpressionError(at, `${name} is a function.`, `Write ${name}( ).`);
  const hint = suggest(name, [...names.keys()]) ?? 'A name stands for an expression before this one.';
  throw new ExpressionError(at, `Nothing has the name ${name}.`, hint);
}

type Call = Node & { kind: 'call' };

function evaluateCall(call: Call, scope: Scope): Value {
  if (call.name === 'INSIGHT_RULE_METRIC') return scope.read(readRuleMetric(call));
  if (call.name === 'FILL') return evaluateFill(call, scope);
  if (call.name === 'IF') return evaluateIf(call, scope);
  const called = Object.hasOwn(functions, call.name) ? functions[call.name] : undefined;
  if (called === undefined) throw unknownFunction(call);
  checkCount(call, called.least, called.most, called.signature);
  const args = call.args.map((arg) => evaluate(arg, scope));
  try {
    return called.apply(args, scope.grid);
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    const at = call.args[cause.argument]?.at ?? call.at;
    throw new ExpressionError(at, `${call.name} takes ${cause.wanted} here.`, `Write ${called.signature}.`);
  }
}

function evaluateFill(call: Call, scope: Scope): Value {
  const signature = 'FILL(series, number), FILL(series, other), FILL(series, REPEAT) or FILL(series, LINEAR)';
  checkCount(call, 2, 2, signature);
  const [of, by] = call.args as [Node, Node];
  const word = by.kind === 'name' && (by.name === 'REPEAT' || by.name === 'LINEAR') ? by.name : null;
  const filler = word ?? evaluate(by, scope);
  const value = evaluate(of, scope);
  if (typeof value === 'number') throw new ExpressionError(of.at, 'FILL takes a series here.', `Write ${signature}.`);
  if (typeof filler === 'object' && isList(filler)) {
    throw new ExpressionError(by.at, 'FILL takes one series or a number here.', `Write ${signature}.`);
  }
  return isList(value) ? { list: value.list.map((points) => fill(points, filler)) } : fill(value, filler);
}

function evaluateIf(call: Call, scope: Scope): Value {
  const signature = 'IF(condition, value) or IF(condition, value, otherwise)';
  checkCount(call, 2, 3, signature);
  const [condition, value, otherwise = null] = call.args.map((arg) => {
    const one = evaluate(arg, scope);
    if (typeof one === 'number' || !isList(one)) return one;
    throw new ExpressionError(arg.at, 'IF takes a number or one series here.', `Write ${signature}.`);
  });
  const chosen = choose(condition ?? Number.NaN, value ?? Number.NaN, otherwise);
  const hasSeries = [condition, value, otherwise].some((one) => typeof one === 'object' && one !== null);
  // Whether the result is a series must not hang on the events: a number that is chosen beside a series becomes one.
  return typeof chosen === 'number' && hasSeries ? scope.grid.startMs.map(() => chosen) : chosen;
}

function checkCount({ name, args, at }: Call, least: number, most: number, signature: string): void {
  if (args.length >= least && args.length <= most) return;
  const wanted = least === most ? String(least) : `${least} or ${most}`;
  throw new ExpressionError(
    at,
    `${name} takes ${wanted} ${most === 1 ? 'argument' : 'arguments'}, not ${args.length}.`,
    `Write ${signature}.`,
  );
}

function unknownFunction({ name, at }: Call): ExpressionError {
  if (onlyAws.includes(name)) return new ExpressionError(at, `AWS has the function ${name}; this app does not.`);
  if (functionNames.includes(name.toUpperCase())) {
    return new ExpressionError(at, `There is no function ${name}.`, 'Functions are written in capitals.');
  }
  const hint = suggest(name, functionNames) ?? `There are ${functionNames.join(', ')}.`;
  return new ExpressionError(at, `There is no function ${name}.`, hint);
}

/** @throws what is no mistake in the expression */
function problemOf(cause: unknown, id: string): Problem {
  if (!(cause instanceof ExpressionError)) throw cause;
  const { at, message, hint } = cause;
  return {
    code: 'metric/bad-expression',
    place: `${id.slice(0, 100)}:${at + 1}`,
    message,
    ...(hint === undefined ? {} : { hint }),
  };
}
