import { formatNumber, formatTimeRange } from '../../../shared/format';
import type { NameFinder } from '../../../shared/names';
import type { Report } from '../../../shared/report';
import { printUnique, reportSection } from '../../../shared/report-section';
import { printPage } from './page';

export type PageFacts = {
  title: string;
  /** The command line that gives the same figures; null where there is none. */
  command: string | null;
  /** Notes of the user, as text. */
  notes?: readonly string[];
  /** Names of values, as the user gave them. */
  nameOf?: NameFinder;
};

/** A report as one HTML page that needs nothing else. */
export function printReportPage(
  report: Report,
  { title, command, notes = [], nameOf = () => null }: PageFacts,
): string {
  const unique = printUnique(report);
  const range = report.dataRange;
  const when =
    range === null ? 'No events.' : formatTimeRange(range.firstMs, 1000 * Math.ceil((range.lastMs + 1) / 1000), 'utc');
  const groups = report.logGroups.length === 0 ? '' : ` · ${report.logGroups.join(', ')}`;
  return printPage({
    title,
    heading: `${title}: top ${formatNumber(report.contributors.length)} of ${unique} unique contributors`,
    texts: [
      `${when}${groups}`,
      ...(report.exact ? [] : ['Unique counts are approximate: typically within 10 %, no guarantee.']),
    ],
    inStep: 'time',
    sections: [{ ...reportSection(report, nameOf), texts: [...notes] }],
    command,
  });
}
