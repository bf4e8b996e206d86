import { basename, dirname } from 'node:path';

/**
 * The files that belong to a workspace: itself, its log, its lock, what is kept beside it, and what was damaged. The spool is
 * hidden anyway.
 */
export function ownFiles(workspacePath: string): { folder: string; isOwnName: (name: string) => boolean } {
  const name = basename(workspacePath);
  const damaged = `${name.replace(/\.duckdb$/, '')}.damaged-`;
  const isDamaged = (other: string) => other.startsWith(damaged) && /\.duckdb(?:\.wal)?$/.test(other);
  const isOwnName = (other: string) => other === name || other.startsWith(`${name}.`) || isDamaged(other);
  return { folder: dirname(workspacePath), isOwnName };
}
