/** Integers are ranks; shares are 0 to 100. */
export type TableColumn = { name: string; kind: 'text' | 'integer' | 'number' | 'percent' };

/** A table to hand on. What is not there is null. */
export type Table = { columns: TableColumn[]; rows: (string | number | null)[][] };

/** The cells of a table below its headings. What is not there is an empty cell. */
export function listCells({ columns, rows }: Table): (string | number)[][] {
  return [columns.map(({ name }) => name), ...rows.map((row) => row.map((cell) => cell ?? ''))];
}

/** Columns of the keys of contributors. */
export function keyColumns(keyLabels: readonly string[]): TableColumn[] {
  return keyLabels.map((name) => ({ name, kind: 'text' }));
}
