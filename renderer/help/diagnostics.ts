import type { AppState } from '../../shared/bridge';
import { formatBytes, formatCount, formatNumber } from '../../shared/format';
import { limitsFor } from '../../shared/settings';
import type { WorkspaceSummary } from '../../shared/workspace';

/**
 * What helps to find a fault, as text to hand on: versions, counts, states and codes. No path, no name of a log group, file,
 * rule or workspace, and nothing of the logs.
 */
export function describeDiagnostics(main: AppState, summary: WorkspaceSummary | null): string {
  const { version, versions, platform, machine, settings, engine } = main;
  const { electron, chromium, node, duckdb } = versions;
  const limits = limitsFor(settings, machine);
  const isOn = (value: boolean) => (value ? 'on' : 'off');
  const lines = [
    `Contributor Insights ${version}`,
    `Electron ${electron}, Chromium ${chromium}, Node ${node}, DuckDB ${duckdb ?? 'not started'}`,
    `System: ${platform}, ${formatCount(machine.processors, 'processor')}, ${formatBytes(machine.memoryBytes)} of memory`,
    `Engine: ${engine.state}, started again ${formatCount(engine.restarts, 'time')}; may use ${formatNumber(limits.memoryMb)} MB, ${formatCount(limits.threads, 'thread')}`,
    `Settings: theme ${settings.theme}, times ${settings.zone}, letter keys ${isOn(settings.letterKeys)}, notifications ${isOn(settings.notifications)}`,
  ];
  if (summary === null) return [...lines, 'Workspace: none open'].join('\n');
  const { events, bytes, groups, sources, rules, notices } = summary;
  const files = sources.reduce((sum, source) => sum + source.files, 0);
  const kinds = groups.map(({ kind, format }) => kind ?? format);
  const codes = [...notices, ...sources.flatMap((source) => source.notices.map(({ problem }) => problem))];
  return [
    ...lines,
    `Workspace: ${formatBytes(bytes)}, ${formatCount(events, 'event')}, ${formatCount(rules, 'rule')}`,
    `Sources: ${sources.length}${countEach(sources.map(({ state }) => state))}, ${formatCount(files, 'file')}`,
    `Log groups: ${groups.length}${countEach(kinds)}`,
    `Events without a time: ${sum(sources, 'untimed')}, malformed lines: ${sum(sources, 'malformed')}, cut lines: ${sum(sources, 'cut')}`,
    `Problems: ${codes.length}${countEach(codes.map(({ code }) => code))}`,
  ].join('\n');
}

function sum(sources: WorkspaceSummary['sources'], what: 'untimed' | 'malformed' | 'cut'): string {
  return formatNumber(sources.reduce((total, source) => total + source[what], 0));
}

/** ` (3 watching, 1 failed)`, in the order of their names; nothing where there are none. */
function countEach(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  const texts = [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, count]) => `${count} ${name}`);
  return texts.length === 0 ? '' : ` (${texts.join(', ')})`;
}
