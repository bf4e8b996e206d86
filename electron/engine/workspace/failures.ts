/** What an error says about the workspace's files. Several may hold. */
export type Failure = {
  /** Another process has the workspace open. */
  isHeld: boolean;
  /** No room on the disk, or none for this user. */
  isFull: boolean;
  /** DuckDB takes no further statement until the file is opened again. */
  isEnded: boolean;
  /** The write-ahead log beside the file can't be replayed; before the byte `walEnd` it can, where that is told. */
  isWalDamaged: boolean;
  walEnd: number | null;
  /** Bytes of the file itself are not what was written, or are missing. */
  isDamaged: boolean;
  /** The file was written by a newer DuckDB. */
  isNewer: boolean;
};

/** Reads DuckDB's and the system's errors. Both tell kinds by text or code only. */
export function readFailure(cause: unknown): Failure {
  const text = cause instanceof Error ? cause.message : String(cause);
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const isFull =
    code === 'ENOSPC' || code === 'EDQUOT' || /No space left|disk quota|not enough space on the disk/i.test(text);
  const isWalDamaged = !isFull && /replaying WAL|WAL file/i.test(text) && !/out of memory/i.test(text);
  const walEnd = /Corrupt WAL file: entry at byte position (\d+)/.exec(text);
  return {
    isHeld: /Could not set lock|Conflicting lock|being used by another process/i.test(text),
    isFull,
    isEnded: /^FATAL|database has been invalidated|must be restarted/i.test(text),
    isWalDamaged,
    walEnd: isWalDamaged && walEnd ? Number(walEnd[1]) : null,
    isDamaged:
      !isWalDamaged &&
      /Corrupt database file|not a valid DuckDB|Could not read enough bytes|Failed to deserialize|magic bytes/i.test(
        text,
      ),
    isNewer: /we can only read version|can only read version|newer version of DuckDB/i.test(text) && !isWalDamaged,
  };
}
