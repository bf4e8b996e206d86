/** Metric math over rules: `docs/rules.md`, "Metric math". */

/** An expression and the name that later ones know it by: a lowercase letter, then letters, digits and underscores. */
export type MetricExpression = { id: string; expression: string };

/** One series that an expression gives. An expression that gives several has as many entries, with the same `id`. */
export type MetricSeries = {
  id: string;
  label: string;
  /** Start of each period that has a value, epoch ms UTC, ascending. */
  startMs: number[];
  values: number[];
};

export type MetricResult = {
  periodSeconds: number;
  /** From the first period that was looked at to the end of the last; null where the rules have no events. */
  span: { startMs: number; endMs: number } | null;
  /** In the order of the expressions. */
  series: MetricSeries[];
};

/** An expression of its own: what a name of an expression looks like. */
export const metricIdPattern = /^[a-z][A-Za-z0-9_]*$/;
