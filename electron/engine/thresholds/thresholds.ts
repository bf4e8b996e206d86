import type { JsonValue } from '../../../shared/contract';
import { type Problem, UserError } from '../../../shared/problem';
import type { Breach, Threshold, ThresholdFailure } from '../../../shared/threshold';
import { problemsOf } from '../door';
import { evaluateMetrics, type Investigated } from '../investigate/handlers';
import { parseExpressions } from '../metrics/evaluate';
import { ExpressionError } from '../metrics/expression-error';
import type { Node } from '../metrics/parse';
import { mostPeriods } from '../metrics/query';
import { listRuleMetrics } from '../metrics/rule-metric';
import { findDefinition } from '../rules/find-definition';
import { parseRule } from '../rules/parse';
import { onlyContributor } from '../rules/vary';
import { tablesForGroups } from '../workspace/event-tables';
import { readSetting, writeSetting } from '../workspace/rule-store';
import { join, sql } from '../workspace/sql';
import { findBreaches } from './find-breaches';

const listSetting = 'thresholds';
const breachesSetting = 'thresholds.breaches';

/** Only so many periods before the last event are looked at again. */
const lookBack = 500;

/** Only so many of the breaches that a new threshold had in the past get their contributor: each takes a report. */
const mostNamed = 500;

/** The oldest breaches of a threshold are forgotten beyond this. */
const mostKept = 1000;

/**
 * The thresholds of a workspace, and what breached them. Both are kept in the workspace: a breach is written down before
 * anybody is told, so that it is told once, however often the engine starts.
 */
export class Thresholds {
  #work: Promise<unknown> = Promise.resolve();
  #isAsked = false;
  /** How long the next look waits, so that looking takes a quarter of the time at most while a large log is loaded. */
  #restMs = 0;
  #endRest: () => void = () => undefined;
  readonly #stop = new AbortController();
  /** Why a threshold could not be looked at last. */
  readonly #failures = new Map<string, Problem[]>();

  constructor(
    private readonly engine: Investigated,
    private readonly now: () => number,
    private readonly tell: (breach: Breach) => void,
  ) {}

  async list(): Promise<Threshold[]> {
    return readList<Threshold>(await readSetting(this.engine.workspace.db, listSetting));
  }

  /** The thresholds that can't be looked at, such as those of a rule that is gone, and why. */
  failures(): ThresholdFailure[] {
    return [...this.#failures].map(([threshold, problems]) => ({ threshold, problems }));
  }

  /** What breached thresholds, the newest first. */
  async breaches(): Promise<Breach[]> {
    const all = readList<Breach>(await readSetting(this.engine.workspace.db, breachesSetting));
    return all.sort((a, b) => b.startMs - a.startMs);
  }

  /** Adds a threshold, or replaces the one of its name. Breaches of the past are listed, not told. @throws UserError */
  put(threshold: Threshold, signal: AbortSignal): Promise<Breach[]> {
    return this.#alone(async () => {
      const found = (await this.#evaluate(threshold, mostPeriods, signal)).slice(-mostKept);
      const others = (await this.list()).filter(({ name }) => name !== threshold.name);
      await writeSetting(this.engine.workspace.db, listSetting, [...others, threshold] as JsonValue);
      const kept = (await this.breaches()).filter((breach) => breach.threshold !== threshold.name);
      const unnamed = found.slice(0, -mostNamed);
      const named = [...unnamed];
      for (const breach of found.slice(unnamed.length)) {
        named.push(await this.#nameContributor(threshold, breach, signal));
      }
      await this.#writeBreaches([...kept, ...named]);
      this.#failures.delete(threshold.name);
      return this.breaches();
    });
  }

  delete(name: string): Promise<void> {
    return this.#alone(async () => {
      const others = (await this.list()).filter((one) => one.name !== name);
      this.#failures.delete(name);
      await writeSetting(this.engine.workspace.db, listSetting, others as JsonValue);
      await this.#writeBreaches((await this.breaches()).filter(({ threshold }) => threshold !== name));
    });
  }

  /** Looks at all thresholds again, soon: further calls until then add nothing. */
  look(): void {
    if (this.#isAsked || this.#stop.signal.aborted) return;
    this.#isAsked = true;
    void this.#alone(() => this.#lookAtAll()).catch(() => undefined);
  }

  /** Ends what is under way. What it would have told is told when the workspace is open again. */
  async close(): Promise<void> {
    this.#stop.abort();
    this.#endRest();
    await this.#work;
  }

  async #lookAtAll(): Promise<void> {
    await this.#rest();
    this.#isAsked = false;
    const startedMs = performance.now();
    for (const threshold of await this.list()) {
      try {
        await this.#check(threshold);
        this.#failures.delete(threshold.name);
      } catch (cause) {
        if (this.#stop.signal.aborted) return;
        // The others are looked at all the same.
        this.#failures.set(threshold.name, problemsOf(cause, threshold.name));
      }
    }
    this.#restMs = 3 * (performance.now() - startedMs);
  }

  async #rest(): Promise<void> {
    if (this.#restMs < 50 || this.#stop.signal.aborted) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.#restMs);
      this.#endRest = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #check(threshold: Threshold): Promise<void> {
    const { signal } = this.#stop;
    const found = await this.#evaluate(threshold, lookBack + threshold.periods, signal);
    const kept = await this.breaches();
    const fresh: Breach[] = [];
    let hasMoved = false;
    for (const breach of found) {
      // Events that come late may move its ends: it is the same breach.
      const known = kept.find(
        (one) => one.threshold === breach.threshold && one.startMs < breach.endMs && breach.startMs < one.endMs,
      );
      if (known === undefined) {
        fresh.push(await this.#nameContributor(threshold, breach, signal));
        continue;
      }
      const endMs = Math.max(known.endMs, breach.endMs);
      const { isOver, worst } = breach;
      if (endMs === known.endMs && isOver === known.isOver && worst === known.worst) continue;
      Object.assign(known, { endMs, isOver, worst });
      hasMoved = true;
    }
    if (fresh.length === 0 && !hasMoved) return;
    await this.#writeBreaches([...kept, ...fresh]);
    for (const breach of fresh) this.tell(breach);
  }

  /** The breaches in so many periods up to the last event, the oldest first. */
  async #evaluate(threshold: Threshold, periods: number, signal: AbortSignal): Promise<Breach[]> {
    const { expressions, periodSeconds, name } = threshold;
    const periodMs = periodSeconds * 1000;
    const span = await this.#findSpan(threshold, signal);
    const toPeriod = (timeMs: number) => Math.floor(timeMs / periodMs) * periodMs;
    const endMs = span === null ? null : toPeriod(span.lastMs) + periodMs;
    const startMs =
      span === null || endMs === null ? null : Math.max(toPeriod(span.firstMs), endMs - periods * periodMs);
    // Over no events, too: what is wrong with the expressions is told.
    const result = await evaluateMetrics(this.engine, { expressions, startMs, endMs, periodSeconds }, signal);
    if (span === null) return [];
    const { lastMs } = span;
    const watched = result.series.filter(({ id }) => id === expressions[expressions.length - 1]?.id);
    const [series] = watched;
    if (watched.length > 1) throw severalSeries(name);
    if (series === undefined || result.span === null) return [];
    const points = new Map(series.startMs.map((start, index) => [start, series.values[index] ?? Number.NaN]));
    const first = series.startMs[0] ?? result.span.endMs;
    const starts: number[] = [];
    for (let at = first; at < result.span.endMs; at += periodMs) {
      // The last period may not be whole yet.
      if (at + periodMs <= lastMs || this.now() >= at + 2 * periodMs) starts.push(at);
    }
    const values = starts.map((start) => points.get(start) ?? Number.NaN);
    return findBreaches(values, threshold).map(({ from, to, worst }) => ({
      threshold: name,
      startMs: starts[from] ?? 0,
      endMs: (starts[to] ?? 0) + periodMs,
      isOver: to < starts.length - 1,
      worst,
      contributor: null,
    }));
  }

  /**
   * From the first event of the log groups that the threshold's rules read to the last that is not ahead of the clock: one
   * event with a wrong time would move all others out of sight.
   */
  async #findSpan(
    { expressions }: Threshold,
    signal: AbortSignal,
  ): Promise<{ firstMs: number; lastMs: number } | null> {
    const { db, catalog } = this.engine.workspace;
    const names = new Set(parseExpressions(expressions).parsed.flatMap(({ tree }) => listRules(tree)));
    const definitions = await Promise.all([...names].map((name) => findDefinition(this.engine, name)));
    const groups = definitions.flatMap((definition) => parseRule(definition ?? '').rule?.groups ?? []);
    const times = tablesForGroups(catalog.groups, groups).map(({ name }) => sql`SELECT time_ms FROM ${name}`);
    if (times.length === 0) return null;
    const [row] = await db.read(
      sql`SELECT min(time_ms) AS first_ms,
          coalesce(max(time_ms) FILTER (WHERE time_ms <= ${this.now()}), max(time_ms)) AS last_ms
        FROM (${join(times, ' UNION ALL ')})`,
      { signal },
    );
    const { first_ms: firstMs, last_ms: lastMs } = row ?? {};
    return typeof firstMs === 'number' && typeof lastMs === 'number' ? { firstMs, lastMs } : null;
  }

  async #nameContributor(threshold: Threshold, breach: Breach, signal: AbortSignal): Promise<Breach> {
    const { parsed } = parseExpressions(threshold.expressions);
    const [asked] = parsed.flatMap(({ tree }) => listRuleMetrics(tree));
    const found = asked === undefined ? null : await findDefinition(this.engine, asked.rule);
    if (asked === undefined || found === null) return breach;
    const window = (threshold.periods - 1) * threshold.periodSeconds * 1000;
    const report = await this.engine.runReport(
      {
        rule: { definition: asked.keys.length === 0 ? found : onlyContributor(found, asked.keys) },
        startMs: breach.startMs - window,
        endMs: breach.endMs,
        periodSeconds: threshold.periodSeconds,
        maxContributorCount: 1,
        orderBy: 'Sum',
        unique: 'exact',
        metrics: 'basic',
      },
      signal,
    );
    return { ...breach, contributor: report.contributors[0]?.keys ?? null };
  }

  async #writeBreaches(breaches: readonly Breach[]): Promise<void> {
    const newest = [...breaches].sort((a, b) => b.startMs - a.startMs).slice(0, mostKept);
    await writeSetting(this.engine.workspace.db, breachesSetting, newest as JsonValue);
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    // Who asks for something does not wait for a rest.
    this.#endRest();
    const done = this.#work.then(work, work);
    this.#work = done.catch(() => undefined);
    return done;
  }
}

/** The rules that an expression names; none where it names one wrongly, which its evaluation tells. */
function listRules(tree: Node): string[] {
  try {
    return listRuleMetrics(tree).map(({ rule }) => rule);
  } catch (cause) {
    if (cause instanceof ExpressionError) return [];
    throw cause;
  }
}

function readList<T>(value: JsonValue): T[] {
  return Array.isArray(value) ? (value as T[]) : [];
}

function severalSeries(name: string): UserError {
  const problem: Problem = {
    code: 'metric/bad-expression',
    place: name,
    message: 'The expression of a threshold gives several series.',
    hint: 'Put SUM( ), MAX( ) or FIRST( ) around it.',
  };
  return new UserError([problem]);
}
