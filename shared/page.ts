/** A page to hand on: what it shows, before it is one HTML file. Everything in it is text, none of it markup. */

/** A cell of a table: a text, or a figure as it is shown, with the value that it sorts by; null: none. */
export type PageCell = string | { text: string; value: number | null };

/** Colour of a series: 1 to 10 as contributors have them, 0 for all others. */
export type PageColour = number;

export type PageTable = {
  /** One for each cell of a row. */
  headings: { text: string; isNumber: boolean }[];
  rows: { cells: PageCell[]; colour: PageColour | null }[];
};

export type PageSeries = {
  name: string;
  colour: PageColour;
  /** The row of the section's table that picks it out; null: none does. */
  row: number | null;
  /** One for each period of the chart; null where there is none. */
  values: (number | null)[];
};

export type PageChart = {
  /** What it shows, beside others; empty: nothing needs to be said. */
  title: string;
  /** What the chart is for those who don't see it. */
  label: string;
  /** Start of each period, epoch ms, ascending. */
  startMs: number[];
  periodSeconds: number;
  series: PageSeries[];
  /** A limit, drawn as a dashed line. */
  limit: number | null;
};

/** A part of a page: figures, charts and a table that belong together. */
export type PageSection = {
  /** Empty where the page has no other. */
  title: string;
  texts: string[];
  figures: [name: string, figure: string][];
  charts: PageChart[];
  table: PageTable | null;
};

export type PageContent = {
  title: string;
  heading: string;
  texts: string[];
  /** Charts follow each other by the time, or by how far they are from their starts. */
  inStep: 'time' | 'start';
  sections: PageSection[];
  /** The command line that gives the same figures; null where there is none. */
  command: string | null;
};
