/** A mistake in one expression. `at` is its place in the text, from 0. */
export class ExpressionError extends Error {
  constructor(
    readonly at: number,
    message: string,
    readonly hint?: string,
  ) {
    super(message);
    this.name = 'ExpressionError';
  }
}
