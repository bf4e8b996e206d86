import type { Row } from './db';

type Cell = Row[string] | undefined;

/** The texts of a list; none where it is no list. */
export function readTexts(cell: Cell): string[] {
  return Array.isArray(cell) ? cell.map(String) : [];
}

/** The numbers of a list, null where one is NULL; none where it is no list. */
export function readNumbers(cell: Cell): (number | null)[] {
  return Array.isArray(cell) ? cell.map((item) => (typeof item === 'number' ? item : null)) : [];
}
