import type { Problem } from './problem';
import type { RuleState } from './rule';

/** A rule found in a pasted text. */
export type ImportedRule = {
  /** As the text names it; null where it does not. */
  name: string | null;
  /** The rule body, JSON text; what is there where it is none. */
  definition: string;
  state: RuleState;
  /** All that is wrong with it, as for any rule body. */
  problems: Problem[];
  /** What to look at: parts that another tool would have filled in. */
  notes: string[];
};

/** What a text was taken for. */
export type ImportForm = 'rule' | 'describe-insight-rules' | 'cloudformation' | 'terraform' | 'aws-cli' | 'samples';

export type RuleImport = {
  form: ImportForm | null;
  rules: ImportedRule[];
  /** Why there is nothing to import. */
  problems: Problem[];
};

/** Forms that a rule can be written in for other tools. */
export const exportForms = ['json', 'cloudformation', 'terraform', 'aws-cli', 'sql'] as const;

export type ExportForm = (typeof exportForms)[number];

export type RuleExport = {
  text: string;
  /** A name for a file of it. */
  fileName: string;
  /** What AWS does not take, for the forms that are meant for AWS. */
  problems: Problem[];
};
