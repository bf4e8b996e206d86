import type { ParsedArgs } from '../../../shared/contract';
import { type MetricName, toTimestamp } from '../../../shared/insight-rule-report';

type Figures = Pick<
  ParsedArgs<'report.run'>,
  'startMs' | 'endMs' | 'periodSeconds' | 'maxContributorCount' | 'orderBy' | 'unique'
>;

/** What else shapes the output: names of metrics, and fields that are redacted. */
type Shape = { metrics?: readonly MetricName[]; redact?: readonly string[] };

/**
 * The command line that gives the same report.
 * @param events where they come from: `--workspace FILE`, `--logs PATH=GROUP …`, `--sample`
 * @param rule a name or a file
 */
export function printReportCommand(
  events: readonly string[],
  rule: string,
  figures: Figures,
  { metrics = [], redact = [] }: Shape = {},
): string {
  const { startMs, endMs, periodSeconds, maxContributorCount, orderBy, unique } = figures;
  const words = ['contributor-insights', 'report', ...events, '--rule', rule];
  if (startMs !== null) words.push('--start-time', toTimestamp(startMs));
  if (endMs !== null) words.push('--end-time', toTimestamp(endMs));
  if (periodSeconds !== null) words.push('--period', String(periodSeconds));
  words.push('--max-contributor-count', String(maxContributorCount));
  if (orderBy !== 'Sum') words.push('--order-by', orderBy);
  if (unique !== 'exact') words.push('--unique', unique);
  if (metrics.length > 0) words.push('--metrics', ...metrics);
  if (redact.length > 0) words.push('--redact', ...redact);
  return words.map(quoteWord).join(' ');
}

/** A word of a POSIX shell. */
function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
