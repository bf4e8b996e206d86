import type { TimeRange } from '../../shared/report';
import { comparisons, missingChoices } from '../../shared/threshold';
import type { Span } from '../report/time-range';
import { z } from '../state/schema';

/** What is asked on a page that a report leads to, as it is kept in the workspace. */

const Time = z.int().check(z.gte(-8.64e15), z.lte(8.64e15));

function isForward({ startMs, endMs }: TimeRange): boolean {
  return startMs === null || endMs === null || startMs < endMs;
}

const Range = z.object({ startMs: z.nullable(Time), endMs: z.nullable(Time) }).check(z.refine(isForward));
const BothEnds = z.object({ startMs: Time, endMs: Time }).check(z.refine<Span>(isForward));
const Asked = { range: Range, periodSeconds: z.nullable(z.int().check(z.gte(1), z.lte(31_536_000))) };

/** The report that the page belongs to: its place among the tabs, and the name of its rule. */
const Report = { tab: z.int(), rule: z.string() };

const Impact = z.object({
  kind: z.literal('impact'),
  ...Report,
  ...Asked,
  /** Name of the rule of all that could be affected; null: the same rule without its filters. */
  base: z.nullable(z.string()),
  without: z.array(z.array(z.string()).check(z.minLength(1), z.maxLength(100))).check(z.maxLength(10_000)),
  list: z.enum(['affected', 'unaffected']),
  /** The field whose different values are counted. */
  fanField: z.nullable(z.string()),
});

const Compare = z.object({
  kind: z.literal('compare'),
  ...Report,
  before: BothEnds,
  during: BothEnds,
  per: z.enum(['range', 'hour']),
  only: z.nullable(z.enum(['new', 'gone', 'risen', 'fallen', 'same'])),
  search: z.string(),
});

const Expressions = z
  .array(z.object({ id: z.string().check(z.regex(/^[a-z]\w{0,254}$/)), text: z.string(), drawn: z.boolean() }))
  .check(
    z.maxLength(500),
    z.refine((all) => new Set(all.map(({ id }) => id)).size === all.length),
  );

/** A threshold that is being written, besides its limit. A number is null where its field is empty. */
const Draft = z.object({
  name: z.string(),
  breaching: z.nullable(z.number()),
  periods: z.nullable(z.number()),
  missing: z.enum(missingChoices),
});

export type ThresholdDraft = z.infer<typeof Draft>;

export const firstDraft: ThresholdDraft = { name: '', breaching: 1, periods: 1, missing: 'missing' };

const Metrics = z.object({
  kind: z.literal('metrics'),
  ...Report,
  ...Asked,
  expressions: Expressions,
  limit: z.nullable(z.number()),
  comparison: z.enum(comparisons),
  /** Pages that were kept before it was have none. */
  draft: z._default(Draft, firstDraft),
});

/** A longer answer of AWS is not kept: the whole view is written with each change of it. In characters. */
export const keptAnswerMax = 500_000;

const AwsCheck = z.object({
  kind: z.literal('aws-check'),
  ...Report,
  answer: z.string().check(z.maxLength(keptAnswerMax)),
});

const SavedPage = z.discriminatedUnion('kind', [Impact, Compare, Metrics, AwsCheck]);

export type SavedPage = z.infer<typeof SavedPage>;

const kinds: readonly string[] = ['impact', 'compare', 'metrics', 'aws-check'] satisfies SavedPage['kind'][];

/** Whether a page is one that a report leads to. */
export function isOfReport<Page extends { kind: string }>(
  page: Page,
): page is Extract<Page, { kind: SavedPage['kind'] }> {
  return kinds.includes(page.kind);
}

/** What one of the pages asks, besides the report that it belongs to. */
export type AskedImpact = Omit<z.infer<typeof Impact>, keyof typeof Report>;
export type AskedCompare = Omit<z.infer<typeof Compare>, keyof typeof Report>;
export type AskedMetrics = Omit<z.infer<typeof Metrics>, keyof typeof Report>;
export type AskedAwsCheck = Omit<z.infer<typeof AwsCheck>, keyof typeof Report>;

/** A page as a workspace has it: it may be of another version, or damaged. Null where it is none of these. */
export function readPage(value: unknown): SavedPage | null {
  const { success, data } = SavedPage.safeParse(value);
  return success ? data : null;
}
