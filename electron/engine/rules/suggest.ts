/**
 * The known name that a wrong one was probably meant to be: equal but for case, blanks or punctuation at its ends, or a
 * few letters away.
 * @returns null where none is near
 */
export function findNear(wrong: string, known: Iterable<string>): string | null {
  const folded = fold(wrong);
  let best: string | null = null;
  // A third of the letters may differ, so that "xy" does not become "ip".
  let bestDistance = Math.floor(folded.length / 3) + 1;
  for (const name of known) {
    const distance = fold(name) === folded ? 0 : countEdits(folded, fold(name), bestDistance);
    if (distance < bestDistance) {
      best = name;
      bestDistance = distance;
    }
  }
  return best;
}

/** `Did you mean "dstport"?`, or undefined where no known name is near. */
export function suggest(wrong: string, known: Iterable<string>): string | undefined {
  const near = findNear(wrong, known);
  return near === null ? undefined : `Did you mean ${JSON.stringify(near)}?`;
}

function fold(name: string): string {
  return name.trim().toLowerCase().slice(0, 200);
}

/** Insertions, deletions, replacements and swaps of neighbours between two texts; `limit` where there are as many or more. */
function countEdits(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let least = Math.min(replaced, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, (before[j - 2] ?? 0) + 1);
      }
      row.push(least);
    }
    before = previous;
    previous = row;
  }
  return Math.min(previous[b.length] ?? limit, limit);
}
