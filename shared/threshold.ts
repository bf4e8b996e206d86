import type { MetricExpression } from './metric';
import type { Problem } from './problem';

/** What a period without a value counts as: see `docs/rules.md`, "Thresholds". */
export const missingChoices = ['missing', 'ignore', 'breaching', 'notBreaching'] as const;
export const comparisons = ['>', '>=', '<', '<='] as const;

export type Threshold = {
  name: string;
  /** The last one is compared; it gives one series. */
  expressions: MetricExpression[];
  comparison: (typeof comparisons)[number];
  limit: number;
  periodSeconds: number;
  /** It fires when so many … */
  breaching: number;
  /** … of so many periods in a row breach it. */
  periods: number;
  missing: (typeof missingChoices)[number];
};

/** A stretch of time in which a threshold was breached. */
export type Breach = {
  threshold: string;
  /** Start of the period with which it fired, epoch ms. */
  startMs: number;
  /** End of the last period of the stretch; it may go on. */
  endMs: number;
  isOver: boolean;
  /** The value farthest beyond the limit; null where only missing ones breach. */
  worst: number | null;
  /** Who contributed most to the first rule of the expressions then; null where nobody did. */
  contributor: string[] | null;
};

/** A threshold that can't be looked at, and why. */
export type ThresholdFailure = { threshold: string; problems: Problem[] };
