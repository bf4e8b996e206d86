/**
 * CSV with a line a row (RFC 4180). A text that a spreadsheet would take for a formula starts with an apostrophe; a number
 * and a lone `-`, which are none, stay as they are.
 */
export function printCsv(rows: readonly (readonly (string | number)[])[]): string {
  return rows.map((row) => `${row.map(printCell).join(',')}\r\n`).join('');
}

function printCell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const isPlain = value === '-' || /^[+-]?\d+(\.\d+)?$/.test(value);
  const safe = !isPlain && /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
