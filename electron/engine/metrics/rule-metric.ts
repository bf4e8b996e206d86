import { type MetricName, metricNames } from '../../../shared/insight-rule-report';
import { suggest } from '../rules/suggest';
import { ExpressionError } from './expression-error';
import type { Node } from './parse';

/** What `INSIGHT_RULE_METRIC` asks for. With keys, beyond AWS: that metric of one contributor alone. */
export type RuleMetric = { rule: string; metric: MetricName; keys: readonly string[]; at: number };

const signature = 'INSIGHT_RULE_METRIC("rule", "metric")';

/** @throws ExpressionError where an argument is no text, or names no metric */
export function readRuleMetric({ args, at }: Node & { kind: 'call' }): RuleMetric {
  if (args.length < 2) {
    throw new ExpressionError(at, 'INSIGHT_RULE_METRIC takes a rule and a metric.', `Write ${signature}.`);
  }
  const [rule = '', metric = '', ...keys] = args.map((arg) => {
    if (arg.kind === 'text') return arg.value;
    throw new ExpressionError(arg.at, 'INSIGHT_RULE_METRIC takes texts in quotes.', `Write ${signature}.`);
  });
  const known = metricNames.find((name) => name === metric);
  if (known !== undefined) return { rule, metric: known, keys, at };
  throw new ExpressionError(
    args[1]?.at ?? at,
    `A rule has no metric ${JSON.stringify(metric.slice(0, 100))}.`,
    suggest(metric, metricNames) ?? `It has ${metricNames.join(', ')}.`,
  );
}

/** All that an expression asks of rules. @throws ExpressionError, see `readRuleMetric` */
export function listRuleMetrics(tree: Node): RuleMetric[] {
  switch (tree.kind) {
    case 'call':
      return tree.name === 'INSIGHT_RULE_METRIC' ? [readRuleMetric(tree)] : tree.args.flatMap(listRuleMetrics);
    case 'list':
      return tree.items.flatMap(listRuleMetrics);
    case 'negative':
      return listRuleMetrics(tree.of);
    case 'binary':
      return [...listRuleMetrics(tree.left), ...listRuleMetrics(tree.right)];
    default:
      return [];
  }
}

/** A text of its own for each different thing that is asked for. */
export function ruleMetricKey({ rule, metric, keys }: RuleMetric): string {
  return JSON.stringify([rule, metric, ...keys]);
}
