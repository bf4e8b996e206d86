import type { Repair } from '../../shared/event';
import { formatCount, formatNumber } from '../../shared/format';
import { printCondition, type Sentence } from './sentence';

/** What a repair's button says. */
export function labelRepair(repair: Repair): string {
  return repair.kind === 'drop-filter' ? `Drop filter ${numberOf(repair)}` : `Use ${shorten(repair.to)}`;
}

/** Why the first of several repairs helps, in a sentence or two. */
export function describeRepair(repair: Repair | undefined, sentence: Sentence | null): string {
  if (repair === undefined) return '';
  const match = `${formatCount(repair.matched, 'event')} ${repair.matched === 1 ? 'matches' : 'match'}`;
  switch (repair.kind) {
    case 'replace-value': {
      const reason = differsInCaseOnly(repair) ? ' Capital letters count.' : '';
      return `No event that passes the other steps has the value ${quote(repair.from)}.${reason} With ${quote(repair.to)} ${match}.`;
    }
    case 'replace-field':
      return `No event has a field ${repair.from}. With ${repair.to} ${match}.`;
    case 'drop-filter': {
      const condition = sentence?.conditions[numberOf(repair) - 1];
      const what = condition === undefined ? '' : ` (${printCondition(condition)})`;
      return `Filter ${formatNumber(numberOf(repair))}${what} alone leaves all out. Without it ${match}.`;
    }
  }
}

function numberOf({ place }: Repair): number {
  return Number(/Filters\[(\d+)\]/.exec(place)?.[1] ?? 0) + 1;
}

function differsInCaseOnly({ from, to }: Repair): boolean {
  return from.toLowerCase() === to.toLowerCase();
}

function quote(text: string): string {
  return JSON.stringify(shorten(text));
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
