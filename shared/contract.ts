import { z } from 'zod';
import { method, Name, Nothing } from './contract/arguments';
import { eventMethods } from './contract/events';
import { exportMethods } from './contract/exports';
import { nameMethods } from './contract/names';
import { pageMethods } from './contract/pages';
import { reportMethods } from './contract/reports';
import { ruleMethods } from './contract/rules';
import { sourceMethods } from './contract/sources';
import type { Problem } from './problem';
import type { Breach } from './threshold';
import type { LoadProgress, Source, WorkspaceSummary } from './workspace';

export type { RuleChoice } from './contract/arguments';

/** Any JSON value. */
export type JsonValue = z.infer<ReturnType<typeof z.json>>;

/** What the engine offers. Arguments are checked at the engine's door, nowhere else. */
export const contract = {
  'workspace.describe': method<WorkspaceSummary>()(Nothing),
  ...sourceMethods,
  ...eventMethods,
  ...ruleMethods,
  ...reportMethods,
  ...exportMethods,
  ...pageMethods,
  ...nameMethods,
  /** Keys that the engine keeps for itself alone are refused. */
  'settings.get': method<JsonValue>()(z.strictObject({ key: Name })),
  'settings.put': method<null>()(z.strictObject({ key: Name, value: z.json() })),
} as const;

export type Method = keyof typeof contract;
export type Args<M extends Method> = z.input<(typeof contract)[M]['args']>;
export type ParsedArgs<M extends Method> = z.output<(typeof contract)[M]['args']>;
export type Result<M extends Method> = NonNullable<(typeof contract)[M]['result']> | ResultNull<M>;
export type Progress<M extends Method> = NonNullable<(typeof contract)[M]['progress']>;
type ResultNull<M extends Method> = null extends (typeof contract)[M]['result'] ? null : never;

/** Broadcasts from the engine. */
export type EngineEvent =
  | { name: 'sources'; sources: Source[]; progress: LoadProgress | null }
  /** Events were added or removed; `version` grows with each commit. */
  | { name: 'data'; version: number }
  | { name: 'rules' }
  /** A threshold fires: told once a breach. */
  | { name: 'breach'; breach: Breach };

/** Messages to the engine on a port. */
export type ToEngine = { kind: 'call'; id: number; method: string; args: unknown } | { kind: 'cancel'; id: number };

/** Messages from the engine on a port. */
export type FromEngine =
  | { kind: 'progress'; id: number; step: unknown }
  | { kind: 'result'; id: number; value: unknown }
  | { kind: 'failure'; id: number; problems: Problem[] }
  | { kind: 'aborted'; id: number }
  | { kind: 'event'; event: EngineEvent };
