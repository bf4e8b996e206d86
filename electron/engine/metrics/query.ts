import type { ParsedArgs } from '../../../shared/contract';
import { formatCount } from '../../../shared/format';
import type { MetricName } from '../../../shared/insight-rule-report';
import type { MetricExpression, MetricResult, MetricSeries } from '../../../shared/metric';
import { type Problem, UserError } from '../../../shared/problem';
import type { PeriodMetrics, Report, TimeRange } from '../../../shared/report';
import type { Rule } from '../../../shared/rule';
import { choosePeriodFor } from '../reports/run';
import { parseRule } from '../rules/parse';
import { suggest } from '../rules/suggest';
import { onlyContributor } from '../rules/vary';
import { tablesForGroups } from '../workspace/event-tables';
import type { Workspace } from '../workspace/open';
import type { Points } from './arithmetic';
import { evaluateExpressions, type ParsedExpression, parseExpressions } from './evaluate';
import { ExpressionError } from './expression-error';
import { listRuleMetrics, type RuleMetric, ruleMetricKey } from './rule-metric';

export type MetricArgs = TimeRange & {
  expressions: readonly MetricExpression[];
  /** null: chosen to suit the span of the events. */
  periodSeconds: number | null;
};

/** What metric math asks of the engine. */
export type MetricHost = {
  readonly workspace: Workspace;
  runReport(args: ParsedArgs<'report.run'>, signal: AbortSignal): Promise<Report>;
  /** The body of a rule; null where there is none of that name. */
  findDefinition(name: string): Promise<string | null>;
  /** Names to suggest where there is none. */
  listNames(): Promise<string[]>;
};

/** More periods are refused: each takes memory in each step of an expression. */
export const mostPeriods = 1_000_000;

/**
 * Works out expressions over the metrics of rules.
 * @throws UserError with all problems of the expressions: `metric/bad-expression`, `metric/bad-id`, `rule/unknown`; what
 *   the rules' reports throw; `args/invalid` where there are too many periods
 */
export async function runMetrics(host: MetricHost, args: MetricArgs, signal: AbortSignal): Promise<MetricResult> {
  const { parsed, problems } = parseExpressions(args.expressions);
  const asked = parsed.flatMap(listAsked);
  const rules = await findRules(host, asked, problems);
  // Other mistakes are told at once, although nothing has been read yet.
  const dry = evaluateExpressions(parsed, { grid: { startMs: [], periodSeconds: 1 }, read: () => [] });
  addMissing(problems, dry.problems);
  if (problems.length > 0) throw new UserError(problems);

  const { db, catalog } = host.workspace;
  const groups = [...new Set([...rules.values()].flatMap(({ rule }) => rule.groups))];
  const tables = tablesForGroups(catalog.groups, groups);
  const periodSeconds = args.periodSeconds ?? (await choosePeriodFor(db, tables, args, signal));
  const reports = new Map<string, Report>();
  for (const [key, { definition, all }] of rules) {
    const report = await host.runReport(
      {
        rule: { definition },
        startMs: args.startMs,
        endMs: args.endMs,
        periodSeconds,
        maxContributorCount: 1,
        orderBy: 'Sum',
        unique: 'exact',
        metrics: all ? 'all' : 'basic',
      },
      signal,
    );
    reports.set(key, report);
  }
  const periodMs = periodSeconds * 1000;
  const span = findSpan([...reports.values()], args, periodMs);
  const count = span === null ? 0 : Math.round((span.endMs - span.startMs) / periodMs);
  if (count > mostPeriods) throw tooManyPeriods(count);
  const startMs = Array.from({ length: count }, (_, index) => (span?.startMs ?? 0) + index * periodMs);
  const known = new Map<string, Points>();
  const { results, problems: late } = evaluateExpressions(parsed, {
    grid: { startMs, periodSeconds },
    read: (metric) => {
      const key = ruleMetricKey(metric);
      const report = reports.get(ruleKey(metric));
      const points = known.get(key) ?? (report === undefined ? [] : spread(report.metrics, metric.metric, startMs));
      known.set(key, points);
      return points;
    },
  });
  if (late.length > 0) throw new UserError(late);
  return { periodSeconds, span, series: results.flatMap(({ id, series }) => toSeries(id, series, startMs)) };
}

function listAsked(expression: ParsedExpression): (RuleMetric & { id: string })[] {
  try {
    return listRuleMetrics(expression.tree).map((metric) => ({ ...metric, id: expression.id }));
  } catch (cause) {
    // The evaluation says the same with its place.
    if (cause instanceof ExpressionError) return [];
    throw cause;
  }
}

type AskedRule = {
  definition: string;
  rule: Rule;
  /** Whether metrics are asked for that only a full report has. */
  all: boolean;
};

function ruleKey({ rule, keys }: RuleMetric): string {
  return JSON.stringify([rule, ...keys]);
}

async function findRules(
  host: MetricHost,
  asked: readonly (RuleMetric & { id: string })[],
  problems: Problem[],
): Promise<Map<string, AskedRule>> {
  const found = new Map<string, AskedRule>();
  for (const metric of asked) {
    const place = `${metric.id}:${metric.at + 1}`;
    const all = metric.metric === 'UniqueContributors' || metric.metric === 'MaxContributorValue';
    const key = ruleKey(metric);
    const known = found.get(key);
    if (known !== undefined) {
      known.all ||= all;
      continue;
    }
    const definition = await host.findDefinition(metric.rule);
    if (definition === null) {
      problems.push(await unknownRule(host, metric.rule, place));
      continue;
    }
    const { rule, problems: faults } = parseRule(definition);
    if (rule === null) {
      problems.push(...faults.map((fault) => ({ ...fault, place: `${metric.rule}: ${fault.place}` })));
    } else if (metric.keys.length > 0 && metric.keys.length !== rule.keys.length) {
      const message = `The rule has ${formatCount(rule.keys.length, 'key')}, not ${metric.keys.length}.`;
      const hint = `Give a value for each of ${rule.keys.map(({ label }) => label).join(', ')}.`;
      problems.push({ code: 'metric/bad-expression', place, message, hint });
    } else {
      const own = metric.keys.length === 0 ? definition : onlyContributor(definition, metric.keys);
      found.set(key, { definition: own, rule, all });
    }
  }
  return found;
}

async function unknownRule(host: MetricHost, name: string, place: string): Promise<Problem> {
  return {
    code: 'rule/unknown',
    place,
    message: `There is no rule ${JSON.stringify(name.slice(0, 128))}.`,
    hint: suggest(name, await host.listNames()) ?? '`rules list` and `rules samples` show the names.',
  };
}

function addMissing(problems: Problem[], more: readonly Problem[]): void {
  for (const one of more) {
    if (!problems.some(({ place, message }) => place === one.place && message === one.message)) problems.push(one);
  }
}

/** The range that was asked for, else from the first event of all rules' log groups to the last, in whole periods. */
function findSpan(reports: readonly Report[], { startMs, endMs }: MetricArgs, periodMs: number): MetricResult['span'] {
  const ranges = reports.flatMap(({ dataRange }) => dataRange ?? []);
  const first = startMs ?? Math.min(...ranges.map(({ firstMs }) => firstMs));
  const end = endMs ?? Math.max(...ranges.map(({ lastMs }) => lastMs)) + 1;
  if (!Number.isFinite(first) || !Number.isFinite(end) || end <= first) return null;
  return { startMs: Math.floor(first / periodMs) * periodMs, endMs: Math.ceil(end / periodMs) * periodMs };
}

function tooManyPeriods(count: number): UserError {
  return new UserError([
    {
      code: 'args/invalid',
      place: 'period',
      message: `The time range has ${count.toLocaleString('en-US')} periods; metric math takes ${mostPeriods.toLocaleString('en-US')}.`,
      hint: 'Choose a shorter time range or a longer period.',
    },
  ]);
}

/** A metric of a report over the grid. */
function spread(metrics: PeriodMetrics, name: MetricName, startMs: readonly number[]): Points {
  const values = columnOf(metrics, name);
  const byStart = new Map(metrics.startMs.map((start, index) => [start, values[index] ?? Number.NaN]));
  return startMs.map((start) => byStart.get(start) ?? Number.NaN);
}

function columnOf(metrics: PeriodMetrics, name: MetricName): readonly number[] {
  switch (name) {
    case 'UniqueContributors':
      return metrics.uniqueContributors;
    case 'MaxContributorValue':
      return metrics.maxContributorValue;
    case 'SampleCount':
      return metrics.sampleCount;
    case 'Sum':
      return metrics.sum;
    case 'Minimum':
      return metrics.minimum;
    case 'Maximum':
      return metrics.maximum;
    case 'Average':
      return metrics.sum.map((sum, index) => sum / (metrics.sampleCount[index] ?? Number.NaN));
  }
}

function toSeries(id: string, series: readonly Points[], startMs: readonly number[]): MetricSeries[] {
  return series.map((points, index) => {
    const there = points.flatMap((value, at) => (Number.isNaN(value) ? [] : [at]));
    return {
      id,
      label: series.length === 1 ? id : `${id} ${index + 1}`,
      startMs: there.map((at) => startMs[at] ?? 0),
      values: there.map((at) => points[at] ?? 0),
    };
  });
}
