import { printCsv } from '../../../shared/csv';
import { formatNumber } from '../../../shared/format';
import { toTimestamp } from '../../../shared/insight-rule-report';
import type { MetricExpression, MetricResult } from '../../../shared/metric';
import { evaluateMetrics } from '../../engine/investigate/handlers';
import type { Context } from '../context';
import { type ExitCode, exitCode } from '../exit';
import { printTable } from '../output/table';
import { refuseEmptyRange } from '../times';
import { withExistingWorkspace } from '../with-engine';

export type MetricOptions = {
  workspace: string;
  expression: string[];
  startTime?: number;
  endTime?: number;
  period: number;
  output: 'table' | 'json' | 'csv';
};

/** `metric`: metric math over the rules of a workspace. */
export async function metricCommand(context: Context, options: MetricOptions): Promise<ExitCode> {
  refuseEmptyRange(options);
  const expressions = readExpressions(options.expression);
  const result = await withExistingWorkspace(context, options.workspace, (engine) =>
    evaluateMetrics(
      engine,
      {
        expressions,
        startMs: options.startTime ?? null,
        endMs: options.endTime ?? null,
        periodSeconds: options.period,
      },
      context.signal,
    ),
  );
  if (result.series.every(({ values }) => values.length === 0)) context.warn('No period has a value.');
  context.print(print(result, options.output));
  return exitCode.done;
}

/** `ID=EXPR`, or `EXPR`, which gets `q1`, `q2` … */
function readExpressions(texts: readonly string[]): MetricExpression[] {
  let unnamed = 0;
  return texts.map((text) => {
    const named = /^\s*([A-Za-z_][A-Za-z0-9_]*)\s*=(?!=)/.exec(text);
    if (named?.[1] !== undefined) return { id: named[1], expression: text.slice(named[0].length) };
    unnamed += 1;
    return { id: `q${unnamed}`, expression: text };
  });
}

function print(result: MetricResult, output: MetricOptions['output']): string {
  if (output === 'json') {
    const results = result.series.map(({ id, label, startMs, values }) => ({
      Id: id,
      Label: label,
      Timestamps: startMs.map(toTimestamp),
      Values: values,
    }));
    return `${JSON.stringify({ MetricDataResults: results }, null, 1)}\n`;
  }
  const times = [...new Set(result.series.flatMap(({ startMs }) => startMs))].sort((a, b) => a - b);
  const columns = result.series.map(
    ({ startMs, values }) => new Map(startMs.map((start, index) => [start, values[index] ?? null])),
  );
  if (output === 'csv') {
    const rows = times.map((time) => [toTimestamp(time), ...columns.map((column) => column.get(time) ?? '')]);
    return printCsv([['Timestamp', ...result.series.map(({ label }) => label)], ...rows]);
  }
  return printTable(
    [
      { heading: 'Time', align: 'left' },
      ...result.series.map(({ label }) => ({ heading: label, align: 'right' as const })),
    ],
    times.map((time) => [toTimestamp(time), ...columns.map((column) => formatNumber(column.get(time) ?? null))]),
  );
}
