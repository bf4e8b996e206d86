import { printCsv } from '../../shared/csv';
import { fileStem } from '../../shared/export';
import { formatPeriod, formatTimeRange, type Zone } from '../../shared/format';
import type { Palette } from '../charts/palette.svelte';
import { bandLimits, standAlone } from '../charts/stack';
import { valueTicks } from '../charts/ticks';
import { unitOf } from '../rules/sentence';
import { titleOfComparison } from './compare';
import type { CompareView } from './compare.svelte';
import { compareTable } from './compare-rows';
import { chartForms, drawingPicture, type ExportForm, type ExportSubject, pictureColours } from './exports';
import { nameContributors } from './impact';
import type { ImpactView } from './impact.svelte';
import { impactTable, listImpactRows } from './impact-rows';
import type { PictureChart } from './picture';

type Look = () => { palette: Palette; zone: Zone };

/** An impact to hand on: its chart, who is affected, and all its figures. */
export function impactSubject(view: ImpactView, look: Look): ExportSubject {
  const stem = `${fileStem(view.rule.name)}-impact`;
  const { impact } = view;
  const rows = impact === null ? [] : listImpactRows(impact, view.list, view.fanOut);
  const table = impact === null ? [] : impactTable(impact, rows, view.fanField?.reference ?? '');
  return {
    ...plainSubject(`${view.rule.name}, impact`, impact?.keyLabels ?? []),
    forms: [
      ...chartForms(stem, async () => impactPicture(view, look()), 'nothing'),
      figures(
        'csv',
        'CSV',
        view.list === 'affected' ? 'who is affected' : 'who is not affected',
        `${stem}.csv`,
        printCsv(table),
      ),
      figures('json', 'JSON', 'all figures', `${stem}.json`, `${JSON.stringify(impact, null, 1)}\n`),
    ],
  };
}

/** A comparison to hand on: the chart of the second range, what changed, and all its figures. */
export function comparisonSubject(view: CompareView, look: Look): ExportSubject {
  const stem = `${fileStem(view.rule.name)}-compared`;
  const { comparison } = view;
  const table = comparison === null ? [] : compareTable(comparison, view.shown);
  return {
    ...plainSubject(`${view.rule.name}, compared`, comparison?.keyLabels ?? []),
    forms: [
      ...chartForms(stem, async () => comparisonPicture(view, look()), 'nothing'),
      figures('csv', 'CSV', 'what changed', `${stem}.csv`, printCsv(table)),
      figures('json', 'JSON', 'all figures', `${stem}.json`, `${JSON.stringify(comparison, null, 1)}\n`),
    ],
  };
}

function plainSubject(title: string, keyLabels: string[]): Omit<ExportSubject, 'forms'> {
  return { title, keyLabels, example: [], logGroups: [], pseudonyms: null };
}

function figures(id: string, label: string, hint: string, name: string, data: string): ExportForm {
  const says =
    id === 'csv'
      ? 'The table as it is shown now. Cells that a spreadsheet would run are defused.'
      : 'Everything on the page.';
  return {
    id,
    group: 'Figures',
    label,
    hint,
    says,
    copies: 'text',
    redacts: 'nothing',
    make: async () => ({ name, data }),
  };
}

function impactPicture(view: ImpactView, { palette, zone }: ReturnType<Look>): PictureChart {
  const { chart, impact } = view;
  if (chart === null || impact === null) throw new Error('There is no chart to draw.');
  const who = nameContributors(impact.keyLabels);
  const [band = { base: [], top: [] }] = standAlone([chart.percent]);
  const { min, max } = bandLimits([band]);
  const colour = palette.series[0] ?? palette.line;
  const others = chart.without === null ? [] : standAlone([chart.without.percent]);
  const range = formatTimeRange(chart.span.startMs, chart.span.endMs, zone);
  const { affected, base } = impact.overall;
  return {
    title: view.rule.name,
    subtitle: `${affected} of ${base} ${who} affected · ${range}`,
    unit: `% of ${who}, per ${formatPeriod(impact.periodSeconds)}`,
    times: chart.times,
    periodMs: impact.periodSeconds * 1000,
    xMin: chart.span.startMs,
    xMax: chart.span.endMs,
    yTicks: valueTicks(min, max, 4),
    gaps: chart.gaps,
    series: [
      { label: 'Affected', band, kind: 'bar', colour, alpha: palette.fillAlpha, dash: [] },
      ...others.map((one) => ({
        label: 'Without the ticked',
        band: one,
        kind: 'line' as const,
        colour: palette.line,
        alpha: 1,
        dash: [2, 3],
      })),
    ],
    zone,
    colours: pictureColours(palette),
    formatValue: (value) => `${value}%`,
  };
}

function comparisonPicture(view: CompareView, look: ReturnType<Look>): PictureChart {
  const { drawings, comparison } = view;
  if (drawings === null || comparison === null) throw new Error('There is no chart to draw.');
  const { startMs, endMs } = view.during.span;
  const unit = unitOf(view.sentence);
  return drawingPicture(drawings.during, {
    title: view.rule.name,
    subtitle: `${titleOfComparison(comparison)} · ${formatTimeRange(startMs, endMs, look.zone)}`,
    unit: `${unit} per ${formatPeriod(comparison.periodSeconds)}`,
    names: null,
    ...look,
  });
}
