import { z } from 'zod';
import type { ExportedFile } from '../export';
import { EpochMs, method, Name, Period } from './arguments';

const Text = z.string().max(100_000);
/** A sum of large values may be beyond a double. */
const Figure = z.union([z.number(), z.literal([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])]);
const Value = Figure.nullable();
const Colour = z.number().int().min(0).max(10);

const PageTable = z.strictObject({
  headings: z.array(z.strictObject({ text: Text, isNumber: z.boolean() })).max(1000),
  rows: z
    .array(
      z.strictObject({
        cells: z.array(z.union([z.string(), z.strictObject({ text: Text, value: Value })])).max(1000),
        colour: Colour.nullable(),
      }),
    )
    .max(100_000),
});

const PageChart = z.strictObject({
  title: Text,
  label: Text,
  startMs: z.array(EpochMs).max(1_000_000),
  periodSeconds: Period,
  series: z
    .array(
      z.strictObject({
        name: z.string(),
        colour: Colour,
        row: z.number().int().min(0).nullable(),
        values: z.array(Value).max(1_000_000),
      }),
    )
    .max(1000),
  limit: Value,
});

const PageArgs = z.strictObject({
  title: Text,
  heading: Text,
  texts: z.array(Text).max(1000),
  inStep: z.enum(['time', 'start']),
  sections: z
    .array(
      z.strictObject({
        title: Text,
        texts: z.array(Text).max(1000),
        figures: z.array(z.tuple([Text, Text])).max(1000),
        charts: z.array(PageChart).max(100),
        table: PageTable.nullable(),
      }),
    )
    .max(1000),
  command: Text.nullable(),
});

const Cell = z.union([z.string(), Figure, z.null()]);

const TableArgs = z
  .strictObject({
    title: Text,
    columns: z
      .array(z.strictObject({ name: Name, kind: z.enum(['text', 'integer', 'number', 'percent']) }))
      .min(1)
      .max(1000),
    rows: z.array(z.array(Cell).max(1000)).max(100_000),
  })
  .superRefine(({ columns, rows }, context) => {
    for (const [line, row] of rows.entries()) {
      const at = row.length === columns.length ? row.findIndex((cell, index) => !fits(cell, columns[index]?.kind)) : -1;
      if (row.length === columns.length && at < 0) continue;
      const message = at < 0 ? `Expected ${columns.length} cells` : `Expected ${wordsOf[columns[at]?.kind ?? 'text']}`;
      // One is enough: what made the table makes all its rows alike.
      context.addIssue({ code: 'custom', path: at < 0 ? ['rows', line] : ['rows', line, at], message });
      return;
    }
  });

const wordsOf = { text: 'text', integer: 'a whole number', number: 'a number', percent: 'a number' };

/** Whether a cell can stand in a column; what is not there can stand in all. */
function fits(cell: z.output<typeof Cell>, kind: keyof typeof wordsOf | undefined): boolean {
  if (cell === null) return true;
  if (kind === 'text') return typeof cell === 'string';
  return kind === 'integer' ? isRank(cell) : typeof cell === 'number';
}

/** Ranks are 32 bits wide in files. */
function isRank(cell: string | number): boolean {
  return typeof cell === 'number' && Number.isInteger(cell) && Math.abs(cell) < 2 ** 31;
}

/** What the window shows, as files: it was worked out there, or of several questions. */
export const pageMethods = {
  /** One HTML page that opens offline. */
  'export.page': method<ExportedFile>()(PageArgs),
  /** A table as Parquet. */
  'export.table': method<ExportedFile>()(TableArgs),
} as const;
