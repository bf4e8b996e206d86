import type { ParsedArgs } from '../../../shared/contract';
import { toTimestamp } from '../../../shared/insight-rule-report';

type Figures = Pick<
  ParsedArgs<'report.run'>,
  'startMs' | 'endMs' | 'periodSeconds' | 'maxContributorCount' | 'orderBy' | 'unique'
>;

/**
 * The command line that gives the same report.
 * @param events where they come from: `--workspace FILE`, or `--logs PATH …`
 * @param rule a name or a file
 */
export function printReportCommand(events: readonly string[], rule: string, figures: Figures): string {
  const { startMs, endMs, periodSeconds, maxContributorCount, orderBy, unique } = figures;
  const words = ['contributor-insights', 'report', ...events, '--rule', rule];
  if (startMs !== null) words.push('--start-time', toTimestamp(startMs));
  if (endMs !== null) words.push('--end-time', toTimestamp(endMs));
  if (periodSeconds !== null) words.push('--period', String(periodSeconds));
  words.push('--max-contributor-count', String(maxContributorCount));
  if (orderBy !== 'Sum') words.push('--order-by', orderBy);
  if (unique !== 'exact') words.push('--unique', unique);
  return words.map(quoteWord).join(' ');
}

/** A word of a POSIX shell. */
function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
