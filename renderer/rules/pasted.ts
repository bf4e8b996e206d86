import { formatNumber } from '../../shared/format';
import type { Problem } from '../../shared/problem';
import type { ImportedRule } from '../../shared/rule-import';
import { readModel } from '../editor/rule-model';
import { formatText, readTree } from '../editor/rule-text';
import { freeName, suggestName } from './names';

/** A pasted rule as it would be added. */
export type PastedRule = Omit<ImportedRule, 'name' | 'problems'> & {
  /** Empty where neither the text nor the rule gives one. */
  name: string;
  errors: Problem[];
  /** What runs here and not in AWS. */
  warnings: Problem[];
};

/** AWS takes no CloudFormation template beyond a megabyte, and no rule beyond 8,192 characters. */
const longestPaste = 1_000_000;

/** Why a text is too long to be pasted, and what to do; empty where it is not. */
export function describeLong(text: string): string {
  if (text.length <= longestPaste) return '';
  return `The pasted text has ${formatNumber(text.length)} characters; at most ${formatNumber(longestPaste)} are read. Copy the rules alone, or paste them in parts. Log files are opened as a folder.`;
}

/** Rules that were found in a text, each with a name that is free. A body on one line is laid out. */
export function listPasted(rules: readonly ImportedRule[], taken: readonly string[]): PastedRule[] {
  const names = [...taken];
  return rules.map(({ name, problems, definition, ...rest }) => {
    const tree = readTree(definition);
    const wanted = name ?? (tree === null ? '' : suggestName(readModel(tree), names));
    const own = wanted === '' ? '' : freeName(wanted, names);
    names.push(own);
    return {
      ...rest,
      name: own,
      definition: definition.includes('\n') ? definition : formatText(definition),
      errors: problems.filter(({ code }) => code !== 'rule/not-accepted-by-aws'),
      warnings: problems.filter(({ code }) => code === 'rule/not-accepted-by-aws'),
    };
  });
}
