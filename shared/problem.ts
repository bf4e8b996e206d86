/** Every kind of problem a person can meet. `docs/errors.md` has a section for each; a test compares the two. */
export const problemCodes = [
  'args/invalid',
  'case/unreadable',
  'engine/internal',
  'engine/stopped',
  'engine/unknown-method',
  'event/unknown',
  'export/too-large',
  'export/unwritable',
  'file/binary',
  'file/gzip-damaged',
  'file/missing',
  'file/parquet-damaged',
  'file/shrunk',
  'file/unreadable',
  'metric/bad-expression',
  'metric/bad-id',
  'names/bad-line',
  'names/unreadable',
  'report/overflow',
  'rule/bad-address-range',
  'rule/bad-alias',
  'rule/bad-derived-field',
  'rule/bad-log-group',
  'rule/bad-name',
  'rule/bad-path',
  'rule/bad-position',
  'rule/bad-regular-expression',
  'rule/bad-schema',
  'rule/conflicting-members',
  'rule/duplicate-key',
  'rule/duplicate-member',
  'rule/empty-list',
  'rule/json-syntax',
  'rule/missing-member',
  'rule/not-accepted-by-aws',
  'rule/operator-count',
  'rule/unknown',
  'rule/unknown-alias',
  'rule/unknown-form',
  'rule/unknown-member',
  'rule/unknown-operator',
  'rule/unknown-value',
  'rule/wrong-type',
  'source/empty',
  'source/overlapping',
  'source/unknown',
  'source/unwatched',
  'workspace/damaged',
  'workspace/disk-full',
  'workspace/foreign',
  'workspace/held',
  'workspace/newer',
  'workspace/rebuilt',
  'workspace/recovered',
  'workspace/unavailable',
] as const;

export type ProblemCode = (typeof problemCodes)[number];

/** One thing that is wrong, for people. `place` is a file, a rule member or an option; `hint` says what to do next. */
export type Problem = {
  code: ProblemCode;
  place: string;
  message: string;
  hint?: string;
};

/** An error that a person can act on. Anything else that is thrown is a bug; an abort is neither. */
export class UserError extends Error {
  constructor(
    readonly problems: Problem[],
    options?: ErrorOptions,
  ) {
    super(problems.map(printProblem).join('\n'), options);
    this.name = 'UserError';
  }
}

/** A problem on one line: `place: message hint`. */
export function printProblem(problem: Problem): string {
  const where = problem.place === '' ? '' : `${problem.place}: `;
  const hint = problem.hint === undefined ? '' : ` ${problem.hint}`;
  return `${where}${problem.message}${hint}`;
}
