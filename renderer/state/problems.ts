import { type Problem, UserError } from '../../shared/problem';

/** What to tell the user about anything that was thrown. */
export function problemsOf(cause: unknown): Problem[] {
  if (cause instanceof UserError) return cause.problems;
  return [
    {
      code: 'engine/internal',
      place: '',
      message: `Something went wrong in the window: ${cause instanceof Error ? cause.message : String(cause)}`,
      hint: 'Nothing in the workspace changed. Run it again.',
    },
  ];
}
