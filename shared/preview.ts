import type { SampleEvent, StepCount } from './event';
import type { Report } from './report';

/** What an unfinished rule gives, without the parts of it that are wrong. */
export type RulePreview = {
  /** Places of the parts that are left out: `Contribution.Filters[1]`. */
  leftOut: string[];
  /** The first contributors; null where too little of the rule is right to run it. */
  report: Report | null;
  /** Where the events went, filter by filter, in the order of the steps. */
  steps: StepCount[];
  /** Some that count, then some that fall out. */
  events: SampleEvent[];
  elapsedMs: number;
};
