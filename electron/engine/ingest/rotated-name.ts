/**
 * The name that rotation made a file name of: `app.log` for `app.log.1`, `app.log-20261123.gz` and `app-2026-11-23.log`.
 * A name that rotation did not touch is its own.
 */
export function originalName(name: string): string {
  return name
    .replace(/\.(gz|zst|z|bz2)$/i, '')
    .replace(/\.(old|bak|prev|orig)$/i, '')
    .replace(/[-._]?\d[\d\-_.:T]*(?=$|\.[a-z]\w*$)/i, '');
}

/** The original names that a file name may come from by a suffix of any kind, the likeliest first; none for `app.log`. */
export function possibleOriginals(name: string): string[] {
  const original = originalName(name);
  const prefixes = [...name.matchAll(/[-._~]/g)].map(({ index }) => originalName(name.slice(0, index)));
  return [...new Set([...(original === name ? [] : [original]), ...prefixes])].filter((prefix) => prefix !== '');
}
