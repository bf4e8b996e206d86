import { type FileHandle, open } from 'node:fs/promises';
import { basename } from 'node:path';
import { UserError } from '../../../shared/problem';
import type { FilePreview, PreviewStep, Reading, SourcePreview } from '../../../shared/source-preview';
import { looksBinary } from './bytes';
import { pathBelow } from './file-paths';
import { readRange } from './guards';
import { recognise } from './known-formats';
import { binaryProblem } from './load-file';
import type { UnpackParquet } from './parquet-log';
import { EventReader, firstFields } from './preview-events';
import { type Compression, detectCompression, readBlocks } from './read';
import { findTimeZone } from './time-zone';
import { createUnwrapper } from './unwrap/create';
import type { Container, RawEvent, UnwrapState } from './unwrap/types';
import { type FoundFile, type OwnFiles, unreadableProblem, walk } from './walk';

/** So much of the content of a file is looked at. */
const sampleBytes = 256 * 1024;

/** So much of the end of a file that is not packed is looked at for the last event's time. */
const endBytes = 64 * 1024;

/** Files that are looked into. The others are counted. */
const mostFiles = 500;

/** Files that are looked into at a time. */
const filesAtATime = 4;

const shownEvents = 8;

/** Bytes of content a byte of a packed file, where the file does not tell. */
const usualRatio = 10;

type PreviewOptions = {
  signal: AbortSignal;
  progress?: ((step: PreviewStep) => void) | undefined;
  unpackParquet: UnpackParquet;
  /** Files that are no logs: those of the workspace. */
  own?: OwnFiles | null;
  reading?: Reading;
};

/** What is the same for all files of a preview. */
type Shared = { group: string; unpackParquet: UnpackParquet; reading: Reading };

/**
 * Looks into the beginning of each file of a folder, or of a file, and tells what would be loaded.
 * @param group log group of the events whose document names none; null: the one named after the folder
 * @throws UserError `file/missing`, `file/unreadable` where the folder itself can't be read; the signal's reason
 */
export async function previewSource(
  path: string,
  group: string | null,
  { signal, progress, unpackParquet, own = null, reading = {} }: PreviewOptions,
): Promise<SourcePreview> {
  const walked = await walk(path, own);
  const itself = walked.unreadable.find((unreadable) => unreadable.path === path);
  if (itself !== undefined) throw new UserError([itself.problem]);
  const preview: SourcePreview = {
    files: [],
    skipped: walked.unreadable.map((unreadable) => ({
      path: pathBelow(path, unreadable.path),
      bytes: 0,
      problem: unreadable.problem,
    })),
    others: { files: 0, bytes: 0 },
  };
  const shared = { group: group ?? basename(path), unpackParquet, reading };
  const looked = walked.files.slice(0, mostFiles);
  for (const { size } of walked.files.slice(mostFiles)) {
    preview.others.files += 1;
    preview.others.bytes += size;
  }
  for (let at = 0; at < looked.length; at += filesAtATime) {
    signal.throwIfAborted();
    const batch = looked.slice(at, at + filesAtATime);
    const found = await Promise.all(batch.map((file) => previewFile(file, pathBelow(path, file.path), shared)));
    const files = found.filter((file): file is FilePreview => !('problem' in file));
    preview.files.push(...files);
    preview.skipped.push(...found.filter((file) => 'problem' in file));
    progress?.({ files: walked.files.length, filesDone: at + batch.length, found: files });
  }
  return preview;
}

async function previewFile(
  file: FoundFile,
  path: string,
  shared: Shared,
): Promise<FilePreview | SourcePreview['skipped'][number]> {
  let handle: FileHandle | null = null;
  try {
    handle = await open(file.path, 'r');
    return await previewOpened(handle, file, path, shared);
  } catch (cause) {
    const problem = cause instanceof UserError ? cause.problems[0] : undefined;
    return { path, bytes: file.size, problem: { ...(problem ?? unreadableProblem(file.path, cause)), place: path } };
  } finally {
    await handle?.close();
  }
}

async function previewOpened(
  handle: FileHandle,
  file: FoundFile,
  path: string,
  { group, unpackParquet, reading }: Shared,
): Promise<FilePreview> {
  const compression = detectCompression(await readRange(handle, 0, 4));
  const { content, isWhole } = await readBeginning(handle, file, compression, unpackParquet);
  if (looksBinary(content)) throw new UserError([binaryProblem(path)]);
  const container = compression === 'parquet' ? 'table' : reading.container;
  const zone = reading.zone === undefined ? null : findTimeZone(reading.zone);
  // A large document is read entry by entry: its end is far away.
  const unwrapper = createUnwrapper(null, {
    documentBytes: sampleBytes / 4,
    ...(container === undefined ? {} : { container }),
  });
  unwrapper.push(content);
  if (isWhole) unwrapper.end(true);
  const events = unwrapper.take();
  const state = unwrapper.state();
  const reader = new EventReader(zone);
  const read = events.map((event) => reader.read(event));
  const times = read.flatMap(({ timeMs }) => (timeMs === null ? [] : [timeMs]));
  const last = isWhole || compression !== 'none' ? [] : await readLastTimes(handle, file, state, reader);
  const known = recognise(
    events.slice(0, 200).map(({ message }) => message),
    events.find(({ header }) => header !== null)?.header ?? null,
  );
  const first = read.slice(0, shownEvents);
  const formats = new Set(read.map(({ format }) => format));
  const [format = null] = formats;
  return {
    path,
    bytes: file.size,
    compression,
    container: state.container === null || content.length === 0 ? null : nameContainer(state.container, events),
    kind: known?.kind ?? null,
    format: formats.size > 1 ? 'mixed' : format,
    groups: [...new Set(events.map((event) => event.group ?? group))].slice(0, 20),
    firstMs: times.length === 0 ? null : times.reduce((least, time) => Math.min(least, time)),
    lastMs: isWhole || last.length > 0 ? [...times, ...last].reduce(greatest, null) : null,
    events: isWhole ? events.length : await estimateEvents(handle, file, compression, events.length, state.position),
    isWhole,
    ...firstFields(first, known?.aliases ?? []),
  };
}

const greatest = (most: number | null, time: number) => Math.max(most ?? time, time);

/** The first bytes of a file's content. Of a damaged file, what comes before the damage. */
async function readBeginning(
  handle: FileHandle,
  file: FoundFile,
  compression: Compression,
  unpackParquet: UnpackParquet,
): Promise<{ content: Buffer; isWhole: boolean }> {
  if (compression === 'none') {
    return { content: await readRange(handle, 0, Math.min(sampleBytes, file.size)), isWhole: file.size <= sampleBytes };
  }
  const blocks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const block of readBlocks(handle, compression, 0, file.size, unpackParquet)) {
      blocks.push(block);
      bytes += block.length;
      if (bytes > sampleBytes) break;
    }
  } catch (cause) {
    // Loading tells of the damage; what comes before it is loaded.
    if (!(cause instanceof UserError) || bytes === 0) throw cause;
  }
  const content = Buffer.concat(blocks);
  return { content: content.subarray(0, sampleBytes), isWhole: bytes <= sampleBytes };
}

/** Times of the last events of a file of lines, none where its container has no lines to start from. */
async function readLastTimes(
  handle: FileHandle,
  file: FoundFile,
  state: UnwrapState,
  reader: EventReader,
): Promise<number[]> {
  if (state.container !== 'lines' && state.container !== 'tail' && state.container !== 'export-task') return [];
  const start = Math.max(state.position, file.size - endBytes);
  const unwrapper = createUnwrapper({ ...state, position: start, resume: { kind: 'skip-line' } });
  unwrapper.push(await readRange(handle, start, file.size - start));
  unwrapper.end(true);
  return unwrapper.take().flatMap((event) => reader.read(event).timeMs ?? []);
}

/** @param events those of the first `bytes` bytes of content */
async function estimateEvents(
  handle: FileHandle,
  file: FoundFile,
  compression: Compression,
  events: number,
  bytes: number,
): Promise<number> {
  if (events === 0 || bytes === 0) return 0;
  let content = file.size;
  if (compression !== 'none') content = file.size * usualRatio;
  if (compression === 'gzip' && file.size > 8) {
    // A gzip file of one member ends with the size of its content, modulo 4 GiB.
    const size = (await readRange(handle, file.size - 4, 4)).readUInt32LE(0);
    if (size > bytes && size >= file.size) content = size;
  }
  return Math.max(events, Math.round((events * content) / bytes));
}

const containerNames: Record<Exclude<Container, 'json-documents'>, string> = {
  lines: 'plain lines',
  tail: 'aws logs tail',
  'tail-short': 'aws logs tail',
  'export-task': 'S3 export',
  'insights-csv': 'Logs Insights CSV',
  table: 'Parquet',
};

function nameContainer(container: Container, events: readonly RawEvent[]): string {
  if (container !== 'json-documents') return containerNames[container];
  const [event] = events;
  if (event?.group != null) return 'JSON, subscription';
  return event?.timeMs == null ? 'JSON documents' : 'aws logs events';
}
