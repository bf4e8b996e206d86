import type { AddressRange } from '../../../shared/address';

const octet = '(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])';

/** An RE2 pattern of all spellings of an IPv4 address, which are one each. */
export const addressPattern = Array<string>(4).fill(octet).join('\\.');

/** An RE2 pattern that the whole text of an IPv4 address matches exactly when it lies in the range. */
export function rangePattern(range: AddressRange): string {
  const first = Buffer.from(range.first, 'hex');
  const last = Buffer.from(range.last, 'hex');
  return [...first].map((low, index) => octetPattern(low, last[index] ?? 255)).join('\\.');
}

function octetPattern(low: number, high: number): string {
  if (low === 0 && high === 255) return octet;
  return `(?:${Array.from({ length: high - low + 1 }, (_, index) => low + index).join('|')})`;
}
