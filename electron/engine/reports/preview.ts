import { findNodeAtLocation, type JSONPath, parseTree } from 'jsonc-parser';
import type { SampleEvent } from '../../../shared/event';
import type { RulePreview } from '../../../shared/preview';
import type { TimeRange } from '../../../shared/report';
import type { Rule } from '../../../shared/rule';
import { removeAt } from '../rules/edit';
import { parseRule } from '../rules/parse';
import type { Database } from '../workspace/db';
import type { GroupTable } from '../workspace/group-tables';
import { readEvents } from './events';
import { countOutcomes, type OutcomeCount } from './outcome';
import { runReport } from './run';

const contributorCount = 5;
const matchedShown = 3;
const excludedShown = 2;
const eventsShown = 9;
const messageMax = 2000;

/**
 * Runs what is right of a rule body: the first contributors, where the events go, and some of them.
 * @param tablesFor the event tables of a rule's log groups
 */
export async function previewRule(
  db: Database,
  definition: string,
  tablesFor: (rule: Rule) => GroupTable[],
  range: TimeRange,
  signal?: AbortSignal,
): Promise<RulePreview> {
  const startedMs = performance.now();
  const { leftOut, sound, filters } = leaveOut(definition);
  const { parts: rule } = parseRule(sound);
  if (rule === null) return { leftOut, report: null, steps: [], events: [], elapsedMs: 0 };
  /** The number that a filter has in the definition. */
  const numberOf = (filter: number | null) => (filter === null ? null : (filters[filter] ?? null));
  const tables = tablesFor(rule);
  const outcomes = await countOutcomes(db, tables, rule, range, matchedShown, signal);
  const report = await runReport(
    db,
    tables.map(({ table }) => table),
    rule,
    {
      ...range,
      periodSeconds: null,
      maxContributorCount: contributorCount,
      orderBy: 'Sum',
      unique: 'exact',
      metrics: 'basic',
    },
    { signal },
  );
  return {
    leftOut,
    report,
    steps: outcomes.map(({ step, filter, events }) => ({ step, filter: numberOf(filter), events })),
    events: (await readSamples(db, outcomes, rule, signal)).map((sample) => ({
      ...sample,
      filter: numberOf(sample.filter),
    })),
    elapsedMs: performance.now() - startedMs,
  };
}

/**
 * A rule body without the filters, keys and value that are wrong.
 * @returns their places (`Contribution.Filters[1]`), the text without them, and the numbers of the filters that stay
 */
function leaveOut(definition: string): { leftOut: string[]; sound: string; filters: number[] } {
  const { problems } = parseRule(definition);
  if (problems.some(({ code }) => code === 'rule/json-syntax')) return { leftOut: [], sound: definition, filters: [] };
  const places = problems
    .filter(({ code }) => code !== 'rule/not-accepted-by-aws')
    .flatMap(({ place }) => /^Contribution\.(?:(?:Filters|Keys)\[\d+\]|ValueOf)/.exec(place)?.[0] ?? []);
  const leftOut = [...new Set(places)];
  const tree = parseTree(definition);
  const list = tree === undefined ? undefined : findNodeAtLocation(tree, ['Contribution', 'Filters']);
  const filters = (list?.children ?? []).map((_, index) => index);
  const paths = leftOut.map(pathOf).sort((a, b) => Number(b[2] ?? 0) - Number(a[2] ?? 0));
  let sound = definition;
  for (const path of paths) sound = removeAt(sound, path);
  return { leftOut, sound, filters: filters.filter((index) => !leftOut.includes(`Contribution.Filters[${index}]`)) };
}

function pathOf(place: string): JSONPath {
  const [, member = '', index] = /\.(\w+)(?:\[(\d+)\])?$/.exec(place) ?? [];
  return ['Contribution', member, ...(index === undefined ? [] : [Number(index)])];
}

async function readSamples(
  db: Database,
  outcomes: readonly OutcomeCount[],
  rule: Rule,
  signal: AbortSignal | undefined,
): Promise<SampleEvent[]> {
  const matchedFirst = [...outcomes].sort((a, b) => Number(b.step === 'matched') - Number(a.step === 'matched'));
  const picks = matchedFirst
    .flatMap(({ step, filter, firstRows }) =>
      firstRows
        .slice(0, step === 'matched' ? matchedShown : excludedShown)
        .map(({ at, row }) => ({ at, row, step, filter })),
    )
    .slice(0, eventsShown);
  const events = await readEvents(db, picks, rule, messageMax, signal);
  return events.flatMap((event) => {
    const pick = picks.find(
      ({ at, row }) => at.group.name === event.group && at.entry.format === event.format && row === event.row,
    );
    return pick === undefined ? [] : [{ event, step: pick.step, filter: pick.filter }];
  });
}
