/** The rule language of Contributor Insights: AWS's own JSON, and what the app takes beyond it. */

export const numericOperators = [
  'EqualTo',
  'NotEqualTo',
  'GreaterThan',
  'LessThan',
  'GreaterThanOrEqualTo',
  'LessThanOrEqualTo',
] as const;
export const listOperators = ['In', 'NotIn', 'StartsWith', 'EndsWith', 'Contains', 'Matches', 'InCidr'] as const;

export type NumericOperator = (typeof numericOperators)[number];
export type ListOperator = (typeof listOperators)[number];
export type AggregateOn = 'Sum' | 'Count';
export type LogFormat = 'JSON' | 'CLF';

/** What is worked out of a field's text (beyond AWS). Prefixes are in bits; null: addresses of IPv6 stay as they are. */
export type Derivation =
  | { by: 'network'; version4: number; version6: number | null }
  | { by: 'reach' }
  | { by: 'host' }
  | { by: 'path' };

/**
 * Where a value stands in an event: the steps of a JSON path (names and 0-based indexes), or a token position from 1; and
 * what is worked out of it, if anything.
 */
export type FieldReference = ({ path: (string | number)[] } | { position: number }) & { derivation?: Derivation };

/** One condition on one field, or several of which one has to hold (beyond AWS). */
export type Filter =
  | { field: FieldReference; label: string; operator: ListOperator; operands: string[] }
  | { field: FieldReference; label: string; operator: NumericOperator; operand: number }
  | { field: FieldReference; label: string; operator: 'IsPresent'; operand: boolean }
  | { any: Filter[] };

/** A key as the rule writes it (`label`) and where it is found. */
export type Key = { label: string; field: FieldReference };

/** A validated rule. `groups` are exact log group names, or prefixes where they end in `*`. */
export type Rule = {
  groups: string[];
  format: LogFormat;
  keys: Key[];
  /** The numeric field that is summed up (`ValueOf`); null when each event counts as 1. */
  value: Key | null;
  filters: Filter[];
  aggregateOn: AggregateOn;
};

export type RuleState = 'ENABLED' | 'DISABLED';

/** A rule as it is kept in a workspace. `definition` is the rule body, JSON text exactly as it was given. */
export type StoredRule = { name: string; definition: string; state: RuleState };

/** A rule of the gallery. `definition` is the rule body as JSON text. */
export type SampleRule = { name: string; description: string; service: string; definition: string };
