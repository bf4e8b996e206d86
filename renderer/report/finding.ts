import { formatCount, formatNumber, formatPercent } from '../../shared/format';
import type { Ledger, Report } from '../../shared/report';
import type { LogGroup } from '../../shared/workspace';
import type { Sentence } from '../rules/sentence';

/** The report's title: `Top 10 of 4,812 unique contributors`; `~` before an approximate count. */
export function titleOf(report: Report): string {
  const top = report.contributors.length;
  if (top === 0) return 'No contributors';
  // An approximate count may come out below what is listed.
  const unique = Math.max(report.uniqueCount, top);
  return `Top ${formatNumber(top)} of ${report.exact ? '' : '~'}${formatCount(unique, 'unique contributor')}`;
}

/** The ledger's entries in the order of the steps, so that the first is the sum of the others. */
export const ledgerSteps: { name: keyof Ledger; words: string }[] = [
  { name: 'scanned', words: 'scanned' },
  { name: 'matched', words: 'matched' },
  { name: 'untimed', words: 'without a time' },
  { name: 'otherFormat', words: 'other format' },
  { name: 'filtered', words: 'filtered out' },
  { name: 'missingKey', words: 'key missing' },
  { name: 'notNumeric', words: 'not a number' },
];

/** The one action that helps with an empty report. */
export type Remedy = 'add-logs' | 'whole-range' | 'show-rule';

export type Emptiness = { title: string; text: string; remedy: Remedy };

/** Why a report has no contributor, from the step that lost the events; null when it has some. */
export function explainEmpty(report: Report, sentence: Sentence | null, groups: readonly LogGroup[]): Emptiness | null {
  if (report.contributors.length > 0) return null;
  const { ledger } = report;
  const ranged = report.timeRange.startMs !== null || report.timeRange.endMs !== null;
  if (report.logGroups.length === 0) return explainNoGroup(sentence, groups);
  if (ledger.scanned === 0 && !ranged) {
    return {
      title: 'The log groups of this rule are empty',
      text: `${list(report.logGroups)} ${report.logGroups.length === 1 ? 'holds' : 'hold'} no event.`,
      remedy: 'add-logs',
    };
  }
  if (ledger.scanned - ledger.untimed === 0) {
    const untimed =
      ledger.untimed === 0 ? '' : ` ${formatCount(ledger.untimed, 'event')} without a time cannot be placed.`;
    if (!ranged) {
      return {
        title: 'No event has a time',
        text: `A report needs times: none was found in the ${formatCount(ledger.untimed, 'event')} of ${list(report.logGroups)}.`,
        remedy: 'show-rule',
      };
    }
    return {
      title: 'No event in this time range',
      text: `${list(report.logGroups)} ${report.logGroups.length === 1 ? 'has' : 'have'} no event between these two times.${untimed}`,
      remedy: 'whole-range',
    };
  }
  return { title: 'No event matched this rule', text: explainLoss(report, sentence), remedy: 'show-rule' };
}

function explainNoGroup(sentence: Sentence | null, groups: readonly LogGroup[]): Emptiness {
  const loaded =
    groups.length === 0 ? 'Nothing is loaded yet.' : `Loaded are ${list(groups.map((group) => group.name))}.`;
  return {
    title: 'No log group of this rule is loaded',
    text: `The rule reads ${list(sentence?.logGroups ?? [])}. ${loaded}`,
    remedy: 'add-logs',
  };
}

/** Steps an event can fall out at, and what to say about the one that lost most. */
const losses: { name: keyof Ledger; say: (sentence: Sentence | null) => string }[] = [
  {
    name: 'otherFormat',
    say: (sentence) =>
      sentence?.format === 'JSON'
        ? 'are plain lines, and the rule reads JSON events'
        : 'are JSON events, and the rule reads plain lines (CLF)',
  },
  {
    name: 'filtered',
    say: (sentence) => (sentence?.conditions.length === 1 ? 'fell out at the filter' : 'fell out at the filters'),
  },
  {
    name: 'missingKey',
    say: (sentence) =>
      (sentence?.keys.length ?? 0) > 1
        ? 'passed the filters, but lack one of the keys'
        : 'passed the filters, but lack the key',
  },
  { name: 'notNumeric', say: (sentence) => `have no number in ${sentence?.valueOf ?? 'the field that is summed up'}` },
];

function explainLoss(report: Report, sentence: Sentence | null): string {
  const { ledger } = report;
  const scanned = `${formatCount(ledger.scanned, 'event')} ${ledger.scanned === 1 ? 'was' : 'were'} scanned.`;
  const worst = losses.reduce((most, loss) => (ledger[loss.name] > ledger[most.name] ? loss : most));
  const lost = ledger[worst.name];
  if (lost === 0) return scanned;
  const who =
    lost === ledger.scanned ? 'All of them' : `${formatNumber(lost)} (${formatPercent((100 * lost) / ledger.scanned)})`;
  return `${scanned} ${who} ${worst.say(sentence)}.`;
}

/** `a`, `a and b`, `a, b and 3 more`. */
export function list(names: readonly string[]): string {
  if (names.length <= 1) return names[0] ?? 'no log group';
  if (names.length <= 3) return `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}`;
  return `${names.slice(0, 2).join(', ')} and ${names.length - 2} more`;
}
