/** A failure of the machine or its set-up, told to a person without a stack trace: what happened, and what to do next. */
export class ScriptError extends Error {
  /** @param {string} message @param {string} hint */
  constructor(message, hint) {
    super(message);
    this.hint = hint;
  }
}

/**
 * Runs a script's main function and turns its outcome into an exit status.
 * @param {() => Promise<number>} main resolves with the exit status
 */
export async function runScript(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    reportError(error);
    process.exitCode = 1;
  }
}

/**
 * Writes a failure to stderr: message and hint of one we foresaw, the stack of any other, which is a bug.
 * @param {unknown} error
 */
export function reportError(error) {
  if (error instanceof ScriptError) console.error(`${error.message}\n${error.hint}`);
  else console.error(error);
}
