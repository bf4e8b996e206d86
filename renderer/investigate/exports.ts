import { type ExportedFile, fileStem, type Note } from '../../shared/export';
import { formatPeriod, formatTimeRange, type Zone } from '../../shared/format';
import { colourNumber, isDashed } from '../charts/colours';
import { type Drawing, labelOf, makeDrawing } from '../charts/drawing';
import type { Palette } from '../charts/palette.svelte';
import { titleOf } from '../report/finding';
import { othersId } from '../report/series';
import { unitOf } from '../rules/sentence';
import type { Engine } from '../state/engine';
import type { ReportTab } from '../state/report.svelte';
import { layOutChart, type PictureChart, type PictureSeries, printPng, printSvg } from './picture';
import { hideInTitle, type Rename, renameBy, renameKeys } from './redaction';

/** Colours and time zone of the window, in which pictures are drawn. */
export type Look = { palette: Palette; zone: Zone };

/** One form in which something is handed on. */
export type ExportForm = {
  id: string;
  group: 'Whole report' | 'Whole page' | 'Whole dashboard' | 'Chart' | 'Figures' | 'Events';
  label: string;
  hint: string;
  /** What is inside, in a sentence. */
  says: string;
  /** What of it will be in a page, where that is not said by a preview. */
  inside?: string;
  /** Text can be copied as it is, a picture as one; anything else is saved only. */
  copies: 'text' | 'picture' | 'nothing';
  /** Fields that can be replaced by pseudonyms: none, the rule's keys, or all that the events have. */
  redacts: 'nothing' | 'keys' | 'fields';
  /** Events that matched can be put in, where no field is redacted. */
  takesEvents?: boolean;
  /** The notes of the report go in, if they are wanted. */
  takesNotes?: boolean;
  make: (options: ExportOptions, signal: AbortSignal) => Promise<ExportedFile>;
};

export type ExportOptions = { redact: string[]; events: boolean; notes: boolean };

/** What is handed on, and all forms of it. */
export type ExportSubject = {
  title: string;
  /** The keys of its rule. */
  keyLabels: string[];
  /** A contributor, as an example of what a pseudonym looks like. */
  example: string[];
  logGroups: string[];
  /** Pseudonyms of the example. */
  pseudonyms: ((signal: AbortSignal) => Promise<string[]>) | null;
  forms: ExportForm[];
  /** How many notes there are to put in. */
  notes?: number;
};

/** The forms of a chart alone. @param suffix of the file names, which begin with the title of the picture */
export function chartForms(
  suffix: string,
  chart: (options: ExportOptions, signal: AbortSignal) => Promise<PictureChart>,
  redacts: ExportForm['redacts'],
): ExportForm[] {
  return [
    {
      id: 'png',
      group: 'Chart',
      label: 'PNG',
      hint: '2,400 × 900',
      says: 'The chart as it is drawn now, with title and legend.',
      copies: 'picture',
      redacts,
      make: async (options, signal) => {
        const drawn = await chart(options, signal);
        return { name: `${fileStem(drawn.title)}${suffix}.png`, data: await printPng(layOutChart(drawn)) };
      },
    },
    {
      id: 'svg',
      group: 'Chart',
      label: 'SVG',
      hint: 'text stays text',
      says: 'The chart as it is drawn now, to be scaled and edited.',
      copies: 'text',
      redacts,
      make: async (options, signal) => {
        const drawn = await chart(options, signal);
        return { name: `${fileStem(drawn.title)}${suffix}.svg`, data: printSvg(layOutChart(drawn)) };
      },
    },
  ];
}

/** Everything that a report can be handed on as. */
export function reportSubject(engine: Engine, tab: ReportTab, look: () => Look, allNotes: Note[]): ExportSubject {
  const { name: ruleName, definition } = tab.rule;
  const report = tab.engineArgs;
  const range = { startMs: report.startMs, endMs: report.endMs };
  const notesFor = (options: ExportOptions) => (options.notes ? allNotes : []);
  const send = async (form: 'html' | 'csv' | 'json' | 'parquet', options: ExportOptions, signal: AbortSignal) => {
    const { redact } = options;
    const args = { report, form, redact, title: ruleName, notes: notesFor(options) };
    return engine.call('export.report', args, { signal });
  };
  const events = (form: 'csv' | 'jsonl' | 'parquet', label: string): ExportForm => ({
    id: `events-${form}`,
    group: 'Events',
    label,
    hint: 'the events that matched',
    says: 'Every event that counts in this report, with all its fields.',
    copies: form === 'parquet' ? 'nothing' : 'text',
    redacts: 'fields',
    make: async ({ redact }, signal) => ({
      ...(await engine.call('export.events', { rule: report.rule, ...range, form, redact }, { signal })),
      name: `${fileStem(await titleFor(renameFor(redact, signal)))}-events.${form}`,
    }),
  });
  const renameFor = (redact: string[], signal: AbortSignal) => renameBy(engine, report.rule, redact, signal);
  const titleFor = (rename: Rename, contributors = tab.report?.contributors ?? []) =>
    hideInTitle(ruleName, definition, contributors, rename);
  const chart = async ({ redact }: ExportOptions, signal: AbortSignal) => {
    const drawn = drawReport(tab, look());
    if (redact.length === 0) return drawingPicture(drawn.drawing, drawn.about);
    // What is on the screen may move meanwhile: the names are for what was drawn.
    const rename = renameFor(redact, signal);
    const { items } = drawn.drawing;
    const [title, renamed] = [await titleFor(rename, tab.report?.contributors), await renameKeys(items, rename)];
    return drawingPicture(drawn.drawing, { ...drawn.about, title, names: renamed.map(({ keys }) => keys) });
  };
  const example = tab.report?.contributors[0]?.keys ?? [];
  return {
    title: tab.rule.name,
    keyLabels: tab.report?.keyLabels ?? [],
    example,
    logGroups: tab.report?.logGroups ?? [],
    notes: allNotes.length,
    pseudonyms: async (signal) => (await renameFor(tab.report?.keyLabels ?? [], signal)([example]))[0] ?? [],
    forms: [
      {
        id: 'html',
        group: 'Whole report',
        label: 'HTML page',
        hint: 'one file, opens offline',
        says: 'One file that opens in any browser, offline. Its table sorts, its chart tells values and zooms.',
        copies: 'text',
        redacts: 'keys',
        takesNotes: true,
        make: (options, signal) => send('html', options, signal),
      },
      {
        id: 'case',
        group: 'Whole report',
        label: 'Case file',
        hint: 'rule, proof and events',
        says: 'One archive that proves itself: the page, the rule and the view, the SHA-256 of every source file, and the command line that repeats each figure.',
        copies: 'nothing',
        redacts: 'keys',
        takesEvents: true,
        takesNotes: true,
        make: async (options, signal) => {
          const { redact, events: withEvents } = options;
          const args = { report, redact, events: withEvents, title: ruleName, notes: notesFor(options) };
          return engine.call('export.case', args, { signal });
        },
      },
      ...chartForms('', chart, 'keys'),
      {
        id: 'csv',
        group: 'Figures',
        label: 'CSV',
        hint: 'the table',
        says: 'The ranking, a row a contributor. Cells that a spreadsheet would run are defused.',
        copies: 'text',
        redacts: 'keys',
        make: (options, signal) => send('csv', options, signal),
      },
      {
        id: 'json',
        group: 'Figures',
        label: 'JSON',
        hint: 'as GetInsightRuleReport',
        says: "The answer of AWS's own GetInsightRuleReport, exact, with all seven metrics.",
        copies: 'text',
        redacts: 'keys',
        make: (options, signal) => send('json', options, signal),
      },
      {
        id: 'parquet',
        group: 'Figures',
        label: 'Parquet',
        hint: 'the table, typed',
        says: 'The ranking, a row a contributor, with the columns of the CSV; for DuckDB, pandas or Spark.',
        copies: 'nothing',
        redacts: 'keys',
        make: (options, signal) => send('parquet', options, signal),
      },
      events('csv', 'CSV'),
      events('jsonl', 'JSON lines'),
      events('parquet', 'Parquet'),
    ],
  };
}

/** What a picture says besides its drawing. */
type About = Look & {
  title: string;
  subtitle: string;
  unit: string;
  /** Keys that stand for the true ones, in the order of the drawing's items; null: the true ones. */
  names: readonly string[][] | null;
};

/** The chart of a report as it is now. */
function drawReport(tab: ReportTab, look: Look): { drawing: Drawing; about: About } {
  const { report, chart } = tab;
  if (report === null || chart === null) throw new Error('There is no chart to draw.');
  const drawing = makeDrawing(chart, tab.kind, tab.colours, tab.isolated);
  const unit = `${unitOf(tab.sentence)} per ${formatPeriod(report.periodSeconds)}`;
  const range = formatTimeRange(chart.span.startMs, chart.span.endMs, look.zone);
  const title = tab.rule.name;
  const about = { title, subtitle: `${titleOf(report)} · ${range}`, unit, names: null, ...look };
  return { drawing, about };
}

/** A drawing of contributors as a picture. */
export function drawingPicture(drawing: Drawing, about: About): PictureChart {
  const { palette, names } = about;
  const series = drawing.items.map((item, at): PictureSeries => {
    const colour = item.slot === null ? palette.other : (palette.series[colourNumber(item.slot) - 1] ?? palette.other);
    const keys = names === null ? item.keys : (names[at] ?? []);
    return {
      label: item.id === othersId ? 'All others' : labelOf(keys),
      band: drawing.bands[at] ?? { base: [], top: [] },
      kind: drawing.kind,
      colour: item.slot === null && drawing.kind !== 'line' ? palette.otherFill : colour,
      alpha: item.slot === null ? 1 : palette.fillAlpha,
      dash: drawing.kind === 'line' && item.slot !== null && isDashed(item.slot) ? [5, 3] : [],
    };
  });
  const { title, subtitle, unit, zone } = about;
  return { ...drawing, title, subtitle, unit, series, zone, colours: pictureColours(palette) };
}

/** The colours of a picture's frame. */
export function pictureColours(palette: Palette): PictureChart['colours'] {
  const { surface, line, text, grid, axis } = palette;
  return { surface, text: line, muted: text, grid, axis };
}
