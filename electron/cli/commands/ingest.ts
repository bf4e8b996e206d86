import { formatBytes, formatNumber } from '../../../shared/format';
import type { Source, WorkspaceSummary } from '../../../shared/workspace';
import type { Context } from '../context';
import { type ExitCode, exitCode } from '../exit';
import { loadLogs, parseLogs } from '../logs';
import { escapeLine } from '../output/text';
import { withEngine } from '../with-engine';

export type IngestOptions = { workspace: string; logs: string[]; output: 'table' | 'json' };

/** `ingest`: loads logs into a workspace and says what was loaded and what was left out. */
export async function ingestCommand(context: Context, options: IngestOptions): Promise<ExitCode> {
  const { sources, summary } = await withEngine(context, options.workspace, async (engine) => ({
    sources: await loadLogs(context, engine, options.logs.map(parseLogs)),
    summary: await engine.describe(),
  }));
  context.print(options.output === 'json' ? printJson(sources, summary) : printText(sources, summary));
  return exitCode.done;
}

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
      notices.map(({ path, problem }) => ({ path, code: problem.code, reason: problem.message })),
    ),
    untimed: total(sources, ({ untimed }) => untimed),
    malformed: total(sources, ({ malformed }) => malformed),
    cut: total(sources, ({ cut }) => cut),
  };
  return `${JSON.stringify(document, null, 1)}\n`;
}

function printText(sources: readonly Source[], summary: WorkspaceSummary): string {
  const files = total(sources, (source) => source.files);
  const bytes = total(sources, (source) => source.bytes);
  const events = total(sources, (source) => source.events);
  const odd: [number, string][] = [
    [total(sources, ({ notices }) => notices.length), 'files with a problem'],
    [total(sources, ({ untimed }) => untimed), 'events without a time'],
    [total(sources, ({ malformed }) => malformed), 'pieces of text that could not be read'],
    [total(sources, ({ cut }) => cut), 'lines cut at 1 MiB'],
  ];
  const lines = [
    `${formatNumber(events)} events in ${formatNumber(files)} files, ${formatBytes(bytes)}`,
    ...summary.groups.map(
      (group) => `  ${escapeLine(group.name)}: ${formatNumber(group.events)} events, ${group.kind ?? group.format}`,
    ),
    ...odd.filter(([count]) => count > 0).map(([count, what]) => `  ${formatNumber(count)} ${what}`),
  ];
  return `${lines.join('\n')}\n`;
}
