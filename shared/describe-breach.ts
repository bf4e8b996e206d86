import { formatNumber, formatTime, type Zone } from './format';
import type { Breach } from './threshold';

/** A breach in a few words. Names come from logs: one line each, not too long. */
export function describeBreach(
  { threshold, startMs, worst, contributor }: Breach,
  zone: Zone,
): { title: string; body: string } {
  const value = worst === null ? 'No value' : formatNumber(worst);
  const who = contributor === null ? '' : `, most from ${shorten(contributor.join(' · '))}`;
  return { title: shorten(threshold), body: `${value} at ${formatTime(startMs, zone)}${who}` };
}

function shorten(text: string): string {
  const line = text.replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, ' ');
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}
