import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { UserError } from '../../../shared/problem';

/** Who has a workspace open. */
export type Holder = { app: string; pid: number };

/** Workspaces that this process has open: DuckDB lets one process open a file twice, and two writers corrupt it. */
const ownPaths = new Set<string>();

/**
 * Notes that this process opens a workspace. DuckDB's own lock keeps other processes out.
 * @throws UserError `workspace/held` where this process has it open already
 */
export function claimPath(workspacePath: string): void {
  if (ownPaths.has(workspacePath)) throw heldBy(workspacePath, readHolder(workspacePath));
  ownPaths.add(workspacePath);
}

/** Whether this process has a workspace open. */
export function isOpenHere(workspacePath: string): boolean {
  return ownPaths.has(workspacePath);
}

export function releasePath(workspacePath: string): void {
  ownPaths.delete(workspacePath);
}

/** Writes beside an open workspace who holds it, for the message that the next one gets: `NAME.duckdb.lock`. */
export function writeHolder(workspacePath: string, app: string): void {
  writeFileSync(lockPath(workspacePath), JSON.stringify({ app, pid: process.pid } satisfies Holder));
}

export function removeHolder(workspacePath: string): void {
  rmSync(lockPath(workspacePath), { force: true });
}

/** Who wrote the lock file last; null where there is none that can be read. */
export function readHolder(workspacePath: string): Holder | null {
  try {
    const value: unknown = JSON.parse(readFileSync(lockPath(workspacePath), 'utf8'));
    if (typeof value !== 'object' || value === null || !('pid' in value) || !('app' in value)) return null;
    return { app: String(value.app).slice(0, 80), pid: Number(value.pid) };
  } catch {
    return null;
  }
}

/** The error for a workspace that is open already. */
export function heldBy(workspacePath: string, holder: Holder | null): UserError {
  const who = holder === null ? 'another process' : `${holder.app}, process ${holder.pid}`;
  return new UserError([
    {
      code: 'workspace/held',
      place: basename(workspacePath),
      message: `The workspace is open in ${who}.`,
      hint: 'Close it there, or name another workspace.',
    },
  ]);
}

function lockPath(workspacePath: string): string {
  return `${workspacePath}.lock`;
}
