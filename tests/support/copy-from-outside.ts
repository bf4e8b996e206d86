import { execFileSync } from 'node:child_process';

const copy = 'require("node:fs").copyFileSync(process.argv[1], process.argv[2])';

/**
 * Copies a file of a workspace that this process has open, in a process of its own. DuckDB's lock ends with the first
 * descriptor of the workspace that is closed in the process which holds it.
 */
export function copyFromOutside(from: string, to: string): void {
  execFileSync(process.execPath, ['-e', copy, from, to]);
}
