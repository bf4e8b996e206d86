import { formatBytes, formatCount, formatNumber } from '../../../shared/format';
import { type Problem, printProblem } from '../../../shared/problem';
import { fileNotices, groupFaults, printLines, type Source, type WorkspaceSummary } from '../../../shared/workspace';
import type { Engine } from '../../engine/engine';
import type { NewSource } from '../../engine/ingest/sources';
import type { Context } from '../context';
import { type ExitCode, exitCode } from '../exit';
import { loadLogs, parseLogs, requireLogs } from '../logs';
import { escapeLine } from '../output/text';
import { withEngine } from '../with-engine';

export type IngestOptions = { workspace: string; logs: string[]; watch: boolean; output: 'table' | 'json' };

/** `ingest`: loads logs into a workspace and says what was loaded and what was left out. */
export async function ingestCommand(context: Context, options: IngestOptions): Promise<ExitCode> {
  const logs = options.logs.map(parseLogs);
  // Before a workspace is made for them.
  requireLogs(logs);
  const { sources, summary } = options.watch
    ? await followLogs(context, options.workspace, logs)
    : await withEngine(context, options.workspace, async (engine) => ({
        sources: await loadLogs(context, engine, logs),
        summary: await engine.describe(),
      }));
  context.print(options.output === 'json' ? printJson(sources, summary) : printText(sources, summary));
  return exitCode.done;
}

/** Loads logs and what is appended to them until the call is stopped: a line on stderr for each commit. */
async function followLogs(context: Context, workspacePath: string, logs: readonly NewSource[]): Promise<Loaded> {
  let tell = () => {};
  const work = async (engine: Engine) => {
    const watching = engine.watch();
    const ids = new Set((await loadLogs(context, engine, logs)).map(({ id }) => id));
    await watching;
    const list = () => engine.sources.list().filter(({ id }) => ids.has(id));
    context.warn(
      `Watching ${formatCount(
        total(list(), ({ files }) => files),
        'file',
      )}. Ctrl-C ends it.`,
    );
    tell = createTeller(context, list, () => engine.notices);
    tell();
    await waitFor(context.signal);
    tell = () => {};
    return { sources: list(), summary: await engine.describe() };
  };
  return withEngine(context, workspacePath, work, () => tell());
}

/** Tells how many events have come, and what is wrong with files, whenever that changed. */
function createTeller(
  context: Context,
  list: () => readonly Source[],
  listProblems: () => readonly Problem[],
): () => void {
  const problemsOf = (sources: readonly Source[]) => sources.flatMap(({ notices }) => notices.map((it) => it.problem));
  let events = total(list(), (source) => source.events);
  let told = new Set(problemsOf(list()).map(printProblem));
  return () => {
    const sources = list();
    const now = total(sources, (source) => source.events);
    const time = new Date().toISOString().slice(11, 19);
    if (now > events) context.warn(`${time}Z  ${formatCount(now - events, 'more event')}, ${formatNumber(now)} in all`);
    events = now;
    const notices = [...problemsOf(sources), ...listProblems()].map(printProblem);
    for (const notice of notices) if (!told.has(notice)) context.warn(`${time}Z  ${notice}`);
    told = new Set(notices);
  };
}

function waitFor(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

type Loaded = { sources: Source[]; summary: WorkspaceSummary };

function total(sources: readonly Source[], read: (source: Source) => number): number {
  return sources.reduce((sum, source) => sum + read(source), 0);
}

function printJson(sources: readonly Source[], summary: WorkspaceSummary): string {
  const document = {
    files: total(sources, ({ files }) => files),
    bytes: total(sources, ({ bytes }) => bytes),
    events: total(sources, ({ events }) => events),
    groups: summary.groups.map(({ name, events, format, kind, firstMs, lastMs }) => ({
      name,
      events,
      format: kind ?? format,
      first: firstMs === null ? null : new Date(firstMs).toISOString(),
      last: lastMs === null ? null : new Date(lastMs).toISOString(),
    })),
    skipped: sources.flatMap(({ notices }) =>
      fileNotices(notices).map(({ path, problem }) => ({ path, code: problem.code, reason: problem.message })),
    ),
    untimed: total(sources, ({ untimed }) => untimed),
    malformed: total(sources, ({ malformed }) => malformed),
    cut: total(sources, ({ cut }) => cut),
    faults: sources.flatMap(({ faults }) => faults),
  };
  return `${JSON.stringify(document, null, 1)}\n`;
}

function printText(sources: readonly Source[], summary: WorkspaceSummary): string {
  const files = total(sources, (source) => source.files);
  const bytes = total(sources, (source) => source.bytes);
  const events = total(sources, (source) => source.events);
  const listFaults = (kind: 'malformed' | 'cut') =>
    groupFaults(sources, kind).map(({ path, lines }) => `${path}, ${printLines(lines)}`);
  const odd: [count: number, one: string, many: string, places?: string[]][] = [
    [total(sources, ({ notices }) => fileNotices(notices).length), 'file with a problem', 'files with a problem'],
    [total(sources, ({ untimed }) => untimed), 'event without a time', 'events without a time'],
    [
      total(sources, ({ malformed }) => malformed),
      'piece of text that could not be read',
      'pieces of text that could not be read',
      listFaults('malformed'),
    ],
    [total(sources, ({ cut }) => cut), 'line cut at 1 MiB', 'lines cut at 1 MiB', listFaults('cut')],
  ];
  const lines = [
    `${formatCount(events, 'event')} in ${formatCount(files, 'file')}, ${formatBytes(bytes)}`,
    ...summary.groups.map(
      (group) => `  ${escapeLine(group.name)}: ${formatCount(group.events, 'event')}, ${group.kind ?? group.format}`,
    ),
    ...odd
      .filter(([count]) => count > 0)
      .flatMap(([count, one, many, places = []]) => [
        `  ${formatCount(count, one, many)}`,
        ...places.map((place) => `    ${escapeLine(place)}`),
      ]),
  ];
  return `${lines.join('\n')}\n`;
}
