import type { Change, ChangeKind, Comparison } from '../../shared/compare';
import {
  formatCount,
  formatDuration,
  formatNumber,
  formatPercent,
  formatPeriod,
  formatTime,
  formatTimeRange,
} from '../../shared/format';
import type { Impact } from '../../shared/impact';
import type { PageChart, PageContent } from '../../shared/page';
import type { Table } from '../../shared/table';
import type { Drawing } from '../charts/drawing';
import { bandLimits, standAlone } from '../charts/stack';
import { valueTicks } from '../charts/ticks';
import type { Values } from '../report/series';
import type { Span } from '../report/time-range';
import { type readSentence, unitOf } from '../rules/sentence';
import { bridgeOf, lengthOf, printChange, titleOfComparison } from './compare';
import { compareTable } from './compare-rows';
import { drawingPicture, type Look, pictureColours } from './exports';
import { type ImpactChart, nameContributors, worstOf } from './impact';
import { pageColour, pageSeries, pageTable, rowIds } from './page-content';
import type { PictureChart } from './picture';
import type { Rename } from './redaction';

type Sentence = ReturnType<typeof readSentence>;

type ImpactState = { title: string; impact: Impact | null; chart: ImpactChart | null };

/** The share over time as a picture. */
export function impactPicture({ title, impact, chart }: ImpactState, { palette, zone }: Look): PictureChart {
  if (chart === null || impact === null) throw new Error('There is no chart to draw.');
  const who = nameContributors(impact.keyLabels);
  const [band = { base: [], top: [] }] = standAlone([chart.percent]);
  const { min, max } = bandLimits([band]);
  const colour = palette.series[0] ?? palette.line;
  const others = chart.without === null ? [] : standAlone([chart.without.percent]);
  const range = formatTimeRange(chart.span.startMs, chart.span.endMs, zone);
  const { affected, base } = impact.overall;
  return {
    title,
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

/** An impact as a page of its own: both charts, and the table that is listed. */
export function impactPage(
  { title, impact, chart, sentence, listed }: ImpactState & { sentence: Sentence; listed: string },
  table: Table | null,
): PageContent {
  if (chart === null || impact === null || table === null) throw new Error('There is no chart to draw.');
  const who = nameContributors(impact.keyLabels);
  const { overall, worst, without } = impact;
  const unit = unitOf(sentence);
  const per = formatPeriod(impact.periodSeconds);
  const line = (name: string, values: Values, colour: number): PageChart['series'][number] => {
    return { name, colour, row: null, values: [...values] };
  };
  const frame = { startMs: chart.times, periodSeconds: impact.periodSeconds, limit: null };
  const ticked = 'without the ticked';
  return {
    title: `${title}, impact`,
    heading: `${formatPercent(worst?.percent ?? null)} of ${who} affected at the peak`,
    texts: [
      `${title} · ${formatTimeRange(chart.span.startMs, chart.span.endMs, 'utc')}`,
      `The table lists ${listed}.`,
      ...(without === null
        ? []
        : [
            `Without those that were ticked: ${formatPercent(worstOf(without.periods)?.percent ?? null)} at the peak, ${formatNumber(without.overall.affected)} affected in all.`,
          ]),
    ],
    inStep: 'time',
    sections: [
      {
        title: '',
        texts: [],
        figures: [
          [
            'Worst moment',
            worst === null
              ? formatPercent(null)
              : `${formatPercent(worst.percent)}, ${formatTime(worst.startMs, 'utc')}`,
          ],
          ['Affected then', worst === null ? '0' : `${formatNumber(worst.affected)} of ${formatNumber(worst.base)}`],
          ['Affected, whole range', `${formatNumber(overall.affected)} of ${formatNumber(overall.base)}`],
          ['Share of the whole', formatPercent(overall.percent)],
          [unit === 'events' ? 'Their events' : `Their ${unit}`, formatNumber(overall.total)],
        ],
        charts: [
          {
            ...frame,
            title: `% of ${who}, per ${per}`,
            label: `Share of ${who} affected over time`,
            series: [
              line(`% of ${who}`, chart.percent, 1),
              ...(chart.without === null ? [] : [line(`% ${ticked}`, chart.without.percent, 2)]),
            ],
          },
          {
            ...frame,
            title: `${who}, per ${per}`,
            label: `Number of ${who} over time`,
            series: [
              line('affected', chart.affected, 1),
              ...(chart.without === null ? [] : [line(`affected ${ticked}`, chart.without.affected, 2)]),
              line(`all ${who}`, chart.base, 0),
            ],
          },
        ],
        table: pageTable(table),
      },
    ],
    command: null,
  };
}

type ComparisonState = {
  title: string;
  comparison: Comparison | null;
  drawings: { before: Drawing; during: Drawing } | null;
  sentence: Sentence;
  per: 'range' | 'hour';
  /** The second range. */
  span: Span;
};

/** The second range as a picture. */
export async function comparisonPicture(
  { title, comparison, drawings, sentence, span }: ComparisonState,
  rename: Rename,
  look: Look,
): Promise<PictureChart> {
  if (drawings === null || comparison === null) throw new Error('There is no chart to draw.');
  return drawingPicture(drawings.during, {
    title,
    subtitle: `${titleOfComparison(comparison)} · ${formatTimeRange(span.startMs, span.endMs, look.zone)}`,
    unit: `${unitOf(sentence)} per ${formatPeriod(comparison.periodSeconds)}`,
    names: await rename(drawings.during.items.map(({ keys }) => keys)),
    ...look,
  });
}

const kindNames: Record<ChangeKind, string> = {
  new: 'New',
  gone: 'Gone',
  risen: 'Risen',
  fallen: 'Fallen',
  same: 'Unchanged',
};

/**
 * A comparison as a page of its own: both charts, as far from their starts, and the changes that are listed.
 * @param shown the changes with their true keys   @param renamed the same as they are told
 */
export async function comparisonPage(
  { title, comparison, drawings, sentence, per }: ComparisonState,
  shown: readonly Change[],
  renamed: readonly Change[],
  rename: Rename,
): Promise<PageContent> {
  if (comparison === null) throw new Error('There is nothing to show.');
  const { before, during, periodSeconds } = comparison;
  const unit = `${unitOf(sentence)} per ${formatPeriod(periodSeconds)}`;
  const ids = rowIds(shown);
  const draw = async (name: string, drawing: Drawing): Promise<PageChart> => ({
    title: `${name}: ${unit}`,
    label: `${name}: contributors over time; the table has their totals`,
    startMs: [...drawing.times],
    periodSeconds,
    limit: null,
    series: pageSeries(drawing, await rename(drawing.items.map(({ keys }) => keys)), ids),
  });
  const drawn = new Map(
    [drawings?.before, drawings?.during].flatMap((drawing) => drawing?.items ?? []).map(({ id, slot }) => [id, slot]),
  );
  const gaps = (name: string, range: Comparison['before']) =>
    range.gaps.length === 0
      ? []
      : [
          `${name}: no events for ${formatDuration(lengthOf(range.gaps))} of ${formatDuration(range.endMs - range.startMs)}.`,
        ];
  const slotOf = (id: string) => drawn.get(id) ?? null;
  return {
    title: `${title}, compared`,
    heading: titleOfComparison(comparison),
    texts: [
      `${title} · before: ${formatTimeRange(before.startMs, before.endMs, 'utc')} · during: ${formatTimeRange(during.startMs, during.endMs, 'utc')}`,
      ...(per === 'hour' ? ['Values are those of an hour.'] : []),
      ...gaps('Before', before),
      ...gaps('During', during),
    ],
    inStep: 'start',
    sections: [
      {
        title: '',
        texts: [],
        figures: [
          [`Before, ${formatCount(before.uniqueCount, 'contributor')}`, formatNumber(before.total)],
          ...bridgeOf(comparison).map(({ kind, count, sum, isWhole }): [string, string] => [
            `${kindNames[kind]}, ${formatCount(count, 'contributor')}`,
            `${isWhole ? '' : '~'}${printChange(sum)}`,
          ]),
          [`During, ${formatCount(during.uniqueCount, 'contributor')}`, formatNumber(during.total)],
        ],
        charts: drawings === null ? [] : [await draw('Before', drawings.before), await draw('During', drawings.during)],
        table: pageTable(
          compareTable(comparison, renamed),
          ids.map((id) => (slotOf(id) === null ? null : pageColour(slotOf(id)))),
        ),
      },
    ],
    command: null,
  };
}
