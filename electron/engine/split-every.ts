/** Items in lists of so many, in their order; the last list may be shorter. */
export function splitEvery<T>(items: readonly T[], size: number): T[][] {
  const parts: T[][] = [];
  for (let start = 0; start < items.length; start += size) parts.push(items.slice(start, start + size));
  return parts;
}
