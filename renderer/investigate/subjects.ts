import type { Args } from '../../shared/contract';
import { printCsv } from '../../shared/csv';
import { fileStem } from '../../shared/export';
import type { PageContent } from '../../shared/page';
import { listCells, type Table } from '../../shared/table';
import type { Engine } from '../state/engine';
import type { CompareView } from './compare.svelte';
import { compareTable } from './compare-rows';
import { chartForms, type ExportForm, type ExportOptions, type ExportSubject, type Look } from './exports';
import { choiceOf, type ImpactView } from './impact.svelte';
import { impactTable, listImpactRows } from './impact-rows';
import { comparisonPage, comparisonPicture, impactPage, impactPicture } from './investigation-page';
import { hideInTitle, type Rename, renameBy, renameKeys } from './redaction';

/** An impact to hand on: the page, its chart, who is affected, and all its figures. As they are now, in every form. */
export function impactSubject(engine: Engine, view: ImpactView, look: () => Look): ExportSubject {
  const { impact, chart, list, fanOut, sentence } = view;
  const title = view.rule.name;
  const rows = impact === null ? [] : listImpactRows(impact, list, fanOut);
  const fanName = view.fanField?.reference ?? '';
  const listed = list === 'affected' ? 'who is affected' : 'who is not affected';
  const tableOf = async (rename: Rename) =>
    impact === null ? null : impactTable(impact, await renameKeys(rows, rename), fanName);
  return makeSubject(engine, choiceOf(view.rule), {
    ...{ name: title, does: 'impact', definition: view.rule.definition },
    contributors: impact === null ? [] : [...impact.affected, ...impact.unaffected],
    keyLabels: impact?.keyLabels ?? [],
    example: rows[0]?.keys ?? [],
    listed,
    picture: async (_, told) => impactPicture({ title: told, impact, chart }, look()),
    page: async (rename, told) => impactPage({ title: told, impact, chart, sentence, listed }, await tableOf(rename)),
    table: tableOf,
    figures: async (rename) =>
      impact === null
        ? null
        : {
            ...impact,
            affected: await renameKeys(impact.affected, rename),
            unaffected: await renameKeys(impact.unaffected, rename),
          },
  });
}

/** A comparison to hand on: the page, the chart of the second range, what changed, and all its figures. */
export function comparisonSubject(engine: Engine, view: CompareView, look: () => Look): ExportSubject {
  const { comparison, drawings, shown, sentence, per } = view;
  const title = view.rule.name;
  const state = { title, comparison, drawings, sentence, per, span: view.during.span };
  const renamed = (rename: Rename) => renameKeys(shown, rename);
  return makeSubject(engine, choiceOf(view.rule), {
    ...{ name: title, does: 'compared', definition: view.rule.definition },
    contributors: comparison?.changes ?? [],
    keyLabels: comparison?.keyLabels ?? [],
    example: shown[0]?.keys ?? [],
    listed: 'what changed',
    picture: (rename, told) => comparisonPicture({ ...state, title: told }, rename, look()),
    page: async (rename, told) => comparisonPage({ ...state, title: told }, shown, await renamed(rename), rename),
    table: async (rename) => (comparison === null ? null : compareTable(comparison, await renamed(rename))),
    figures: async (rename) =>
      comparison === null ? null : { ...comparison, changes: await renameKeys(comparison.changes, rename) },
  });
}

type Parts = Pick<ExportSubject, 'keyLabels' | 'example'> & {
  /** What the rule is called, and what of it is handed on. */
  name: string;
  does: 'impact' | 'compared';
  definition: string;
  /** Whom the name may hold. */
  contributors: readonly { keys: string[] }[];
  /** What the table lists. */
  listed: string;
  picture: (rename: Rename, name: string) => ReturnType<Parameters<typeof chartForms>[1]>;
  page: (rename: Rename, name: string) => Promise<PageContent>;
  table: (rename: Rename) => Promise<Table | null>;
  figures: (rename: Rename) => Promise<object | null>;
};

function makeSubject(engine: Engine, rule: Args<'report.run'>['rule'], parts: Parts): ExportSubject {
  const { name, does, keyLabels, example, listed } = parts;
  const by = ({ redact }: ExportOptions, signal: AbortSignal) => renameBy(engine, rule, redact, signal);
  const nameFor = (rename: Rename) => hideInTitle(name, parts.definition, parts.contributors, rename);
  const stemFor = async (rename: Rename) => `${fileStem(await nameFor(rename))}-${does}`;
  const table = async (options: ExportOptions, signal: AbortSignal) =>
    (await parts.table(by(options, signal))) ?? { columns: [], rows: [] };
  const shared = { redacts: 'keys' } as const;
  return {
    title: `${name}, ${does}`,
    keyLabels,
    example,
    logGroups: [],
    pseudonyms: async (signal) => (await renameBy(engine, rule, keyLabels, signal)([example]))[0] ?? [],
    forms: [
      pageForm(engine, async (options, signal) => {
        const rename = by(options, signal);
        return parts.page(rename, await nameFor(rename));
      }),
      ...chartForms(
        `-${does}`,
        async (options, signal) => {
          const rename = by(options, signal);
          return parts.picture(rename, await nameFor(rename));
        },
        'keys',
      ),
      {
        ...{ ...shared, id: 'csv', group: 'Figures', label: 'CSV', hint: listed, copies: 'text' },
        says: 'The table as it is shown now. Cells that a spreadsheet would run are defused.',
        make: async (options, signal) => ({
          name: `${await stemFor(by(options, signal))}.csv`,
          data: printCsv(listCells(await table(options, signal))),
        }),
      },
      {
        ...{ ...shared, id: 'json', group: 'Figures', label: 'JSON', hint: 'all figures', copies: 'text' },
        says: 'Everything on the page.',
        make: async (options, signal) => ({
          name: `${await stemFor(by(options, signal))}.json`,
          data: `${JSON.stringify(await parts.figures(by(options, signal)), null, 1)}\n`,
        }),
      },
      {
        ...{
          ...shared,
          id: 'parquet',
          group: 'Figures',
          label: 'Parquet',
          hint: 'the table, typed',
          copies: 'nothing',
        },
        says: 'The table as it is shown now, with the columns of the CSV; for DuckDB, pandas or Spark.',
        make: async (options, signal) => {
          const stem = await stemFor(by(options, signal));
          const args = { title: stem, ...(await table(options, signal)) };
          return engine.call('export.table', args, { signal });
        },
      },
    ],
  };
}

/** The form of a whole page. */
export function pageForm(
  engine: Engine,
  content: (options: ExportOptions, signal: AbortSignal) => Promise<PageContent>,
): ExportForm {
  return {
    id: 'html',
    group: 'Whole page',
    label: 'HTML page',
    hint: 'one file, opens offline',
    says: 'One file that opens in any browser, offline. Its tables sort, its charts tell values and zoom in step.',
    inside: 'The title, the figures, the charts, and the table as it is listed now.',
    copies: 'text',
    redacts: 'keys',
    make: async (options, signal) => engine.call('export.page', await content(options, signal), { signal }),
  };
}
