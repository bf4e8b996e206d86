import type { BigIntStats, Dirent } from 'node:fs';
import { lstat, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Problem } from '../../../shared/problem';

/** A file below a source, as the file system describes it. */
export type FoundFile = {
  path: string;
  size: number;
  modifiedMs: number;
  device: string;
  inode: string;
  /** When the file was made; null where the file system does not tell. An inode is given to another file soon. */
  bornMs: number | null;
  /** Names that the file has. */
  links: number;
};

/** A folder below a source; `identity` is another one when a new folder stands in its place. */
export type FoundFolder = { path: string; identity: string };

/** A path that could not be listed or looked at, with the reason. */
export type Unreadable = { path: string; problem: Problem };

/** What stands below a source. `root` tells whether the source's own path is there. */
export type Walked = {
  root: 'folder' | 'file' | 'missing';
  files: FoundFile[];
  /** Where changes may happen: the folders, or that of a single file. */
  folders: FoundFolder[];
  unreadable: Unreadable[];
};

/** The workspace that logs are read into: its own files are no logs, wherever they lie. */
export type OwnFiles = { folder: string; isOwnName: (name: string) => boolean };

/** Calls to the file system at a time: enough for its threads, few enough for a folder of a million files. */
const batchSize = 64;

/**
 * All log files below a folder, or the file itself, sorted by path. Hidden files and folders and the test object of S3
 * exports are left out. Symbolic links are not followed: what they point to inside the folder is found anyway.
 */
export async function walk(root: string, own: OwnFiles | null = null): Promise<Walked> {
  const walked: Walked = { root: 'missing', files: [], folders: [], unreadable: [] };
  const isLog = await createFilter(own);
  try {
    const stats = await stat(root, { bigint: true });
    walked.root = stats.isDirectory() ? 'folder' : 'file';
    const folder = await identify(dirname(root));
    if (stats.isFile() && isLog(basename(root), folder)) walked.files.push(describeFile(root, stats));
  } catch (cause) {
    walked.unreadable.push({ path: root, problem: unreadableProblem(root, cause) });
  }
  if (walked.root === 'folder') await visit(root, walked, isLog);
  else await noteFolder(dirname(root), walked).catch(() => undefined);
  return walked;
}

/** Whether a name belongs to the logs of a folder. */
export function isLogName(name: string): boolean {
  return !name.startsWith('.') && name !== 'aws-logs-write-test';
}

type Filter = (name: string, folderIdentity: string) => boolean;

/** Folders are compared by what they are: one may be reached through links. */
async function createFilter(own: OwnFiles | null): Promise<Filter> {
  const folder = own === null ? null : await identify(own.folder).catch(() => null);
  return (name, identity) => folder === null || identity !== folder || own?.isOwnName(name) !== true;
}

async function visit(folder: string, walked: Walked, isLog: Filter): Promise<void> {
  let entries: Dirent[];
  try {
    const identity = await noteFolder(folder, walked);
    const listed = await readdir(folder, { withFileTypes: true });
    entries = listed.filter(({ name }) => isLogName(name) && isLog(name, identity));
  } catch (cause) {
    walked.unreadable.push({ path: folder, problem: unreadableProblem(folder, cause) });
    return;
  }
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (let at = 0; at < entries.length; at += batchSize) {
    const batch = entries.slice(at, at + batchSize);
    const looks = await Promise.all(batch.map((entry) => lookAtEntry(join(folder, entry.name), entry)));
    for (const look of looks) {
      if (look === 'nothing') continue;
      if ('problem' in look) walked.unreadable.push(look);
      else if ('folder' in look) await visit(look.folder, walked, isLog);
      else walked.files.push(look);
    }
  }
}

async function noteFolder(path: string, walked: Walked): Promise<string> {
  const identity = await identify(path);
  walked.folders.push({ path, identity });
  return identity;
}

async function identify(folder: string): Promise<string> {
  const { dev, ino, birthtimeNs } = await stat(folder, { bigint: true });
  return `${dev}:${ino}:${birthtimeNs}`;
}

async function lookAtEntry(
  path: string,
  entry: Dirent,
): Promise<FoundFile | { folder: string } | Unreadable | 'nothing'> {
  if (entry.isSymbolicLink()) return 'nothing';
  try {
    if (entry.isDirectory()) return isLossy(entry.name) ? await requireThere(path) : { folder: path };
    // Some file systems do not tell the kind of an entry; those that are neither are pipes, sockets, devices.
    const stats = await lstat(path, { bigint: true });
    if (stats.isFile()) return describeFile(path, stats);
    return stats.isDirectory() ? { folder: path } : 'nothing';
  } catch (cause) {
    if (isMissing(cause) && isLossy(entry.name)) return { path, problem: lossyNameProblem(path) };
    // Renamed or deleted since the folder was listed.
    if (isMissing(cause)) return 'nothing';
    return { path, problem: unreadableProblem(path, cause) };
  }
}

/** Whether a name may have held bytes that are no UTF-8: then no path leads to it. */
function isLossy(name: string): boolean {
  return name.includes('\ufffd');
}

async function requireThere(folder: string): Promise<{ folder: string }> {
  await lstat(folder);
  return { folder };
}

function lossyNameProblem(path: string): Problem {
  return {
    code: 'file/unreadable',
    place: path,
    message: 'Its name is no UTF-8, so it was not read.',
    hint: 'Rename it: it is then loaded.',
  };
}

/** What tells files apart, whatever they are named. */
export type FileIdentity = Pick<FoundFile, 'device' | 'inode' | 'bornMs'>;

/** Whether two looks saw the same file, by device, inode and birth. */
export function isSameFile(a: FileIdentity, b: FileIdentity): boolean {
  if (a.device !== b.device || a.inode !== b.inode) return false;
  return a.bornMs === null || b.bornMs === null || a.bornMs === b.bornMs;
}

/** A file as it stands at a path now; null where there is none. @throws system errors but for a missing path */
export async function findFile(path: string): Promise<FoundFile | null> {
  try {
    const stats = await lstat(path, { bigint: true });
    return stats.isFile() ? describeFile(path, stats) : null;
  } catch (cause) {
    if (isMissing(cause)) return null;
    throw cause;
  }
}

/** Whether an error says that a path does not exist. */
export function isMissing(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR');
}

/** What to tell the user of a path that the system refuses. */
export function unreadableProblem(path: string, cause: unknown): Problem {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code === 'ENOENT') {
    return {
      code: 'file/missing',
      place: path,
      message: 'There is no such file or folder.',
      hint: 'Check the path; if it was moved, add it from its new place.',
    };
  }
  const reasons: Record<string, string> = {
    EACCES: 'You may not read it',
    EPERM: 'You may not read it',
    EISDIR: 'It is a folder',
    EIO: 'The disk reports an error',
    ESTALE: 'The network drive no longer knows it',
    EMFILE: 'Too many files are open',
  };
  const message = `${reasons[code] ?? (cause instanceof Error ? cause.message : String(cause))}.`;
  return { code: 'file/unreadable', place: path, message, hint: 'Allow reading, then reload the source.' };
}

/** A file's description from its `stat`, taken as bigint: an inode of some file systems needs all 64 bits. */
export function describeFile(path: string, stats: BigIntStats): FoundFile {
  return {
    path,
    size: Number(stats.size),
    modifiedMs: Number(stats.mtimeNs) / 1e6,
    device: String(stats.dev),
    inode: String(stats.ino),
    bornMs: bornMs(stats),
    links: Number(stats.nlink),
  };
}

/** Devices on which some file's birth was told. Elsewhere the time of the last change may stand in its place. */
const devicesWithBirth = new Set<bigint>();

function bornMs({ dev, birthtimeNs, ctimeNs }: BigIntStats): number | null {
  if (birthtimeNs > 0n && birthtimeNs !== ctimeNs) devicesWithBirth.add(dev);
  return birthtimeNs > 0n && devicesWithBirth.has(dev) ? Number(birthtimeNs) / 1e6 : null;
}
