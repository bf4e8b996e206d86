import type { Problem } from '../../shared/problem';

/** Exit statuses: `docs/cli.md`. A report in which nothing matched is done. */
export const exitCode = { done: 0, failed: 1, misuse: 2 } as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** 2 where the arguments or the rule are wrong, else 1. */
export function exitFor(problems: readonly Problem[]): ExitCode {
  return problems.every(({ code }) => /^(args|metric|names|rule)\//.test(code)) ? exitCode.misuse : exitCode.failed;
}
