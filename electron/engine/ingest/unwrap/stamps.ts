import { isWhiteSpace } from '../bytes';
import { timeOfText } from '../event-time';
import { isDefaultFlowRecord } from '../flow-log';
import { tokenize } from '../tokens';

const SECONDS = 'dddd-dd-ddTdd:dd:dd';
const STAMP = `${SECONDS}.ddd`;
const MICROSECONDS = '.dddddd';
const POINT = 46;
const ESCAPE = 27;

/** Sequences that colour text are short. */
const maxEscape = 20;

/**
 * The stamp that an export task puts before each event, `2023-03-23T15:00:32.000Z ` at the start of the line.
 * @returns its time (null: there is no such time) and the rest of the line; null where the line has no stamp
 */
export function readExportStamp(line: string): { timeMs: number | null; message: string } | null {
  if (line.charCodeAt(24) !== 32 || line.charCodeAt(23) !== 90 || !hasShape(line, STAMP)) return null;
  return { timeMs: timeOfText(line.slice(0, 24)), message: line.slice(25) };
}

/** What stands before a message of `aws logs tail`; `timeMs` null: there is no such time. */
export type TailStamp = { timeMs: number | null; stream: string | null; message: string };

/**
 * Reads the stamp of a line of `aws logs tail`, `2022-10-05T08:32:51.123000+00:00 STREAM `. With `--format json` there is no
 * fraction where it would be 0.
 * @returns null where the line has none
 */
export function readTailStamp(line: string): TailStamp | null {
  const text = withoutColours(line, 2);
  if (!hasShape(text, SECONDS)) return null;
  let at = SECONDS.length;
  if (text.charCodeAt(at) === POINT) {
    if (!hasShape(text.slice(at, at + MICROSECONDS.length), MICROSECONDS)) return null;
    at += MICROSECONDS.length;
  }
  const sign = text.charCodeAt(at);
  if ((sign !== 43 && sign !== 45) || !hasShape(text.slice(at + 1, at + 7), 'dd:dd ')) return null;
  const start = at + 7;
  let end = start;
  while (end < text.length && !isWhiteSpace(text.charCodeAt(end))) end++;
  if (end === start || text.charCodeAt(end) !== 32) return null;
  return { timeMs: timeOfText(text.slice(0, at + 6)), stream: text.slice(start, end), message: text.slice(end + 1) };
}

/** Whether the first line of a file is one of `aws logs tail`. A stamp without a fraction is that only where nothing follows it. */
export function startsTail(line: string): boolean {
  const stamp = readTailStamp(line);
  return stamp !== null && (stamp.message === '' || withoutColours(line, 1).charCodeAt(SECONDS.length) === POINT);
}

/** Reads the stamp of `aws logs tail --format short`, `2022-10-05T08:32:51 `, which is in UTC. */
export function readShortStamp(line: string): TailStamp | null {
  const text = withoutColours(line, 1);
  if (!hasShape(text, SECONDS)) return null;
  if (text.length > SECONDS.length && text.charCodeAt(SECONDS.length) !== 32) return null;
  const timeMs = timeOfText(text.slice(0, SECONDS.length));
  return { timeMs, stream: null, message: text.slice(SECONDS.length + 1) };
}

/**
 * Whether the first line of a file is surely one of `aws logs tail --format short`. Many programs start their lines with
 * such a stamp; but what follows it here is a flow record, or a JSON object.
 */
export function isTailedInShort(line: string): boolean {
  const message = readShortStamp(line)?.message;
  if (message === undefined) return false;
  return message.startsWith('{') ? isJsonObject(message) : isDefaultFlowRecord(tokenize(message));
}

/** The line without the escape sequences that colour its first words. */
function withoutColours(line: string, words: number): string {
  if (line.charCodeAt(0) !== ESCAPE) return line;
  let text = '';
  let left = words;
  let at = 0;
  while (left > 0 && at < line.length) {
    const unit = line.charCodeAt(at);
    const end = unit === ESCAPE && line.charCodeAt(at + 1) === 91 ? line.indexOf('m', at) : -1;
    if (end !== -1 && end - at < maxEscape) {
      at = end + 1;
      continue;
    }
    if (unit === 32) left--;
    text += line[at++];
  }
  return text + line.slice(at);
}

function isJsonObject(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false; // a line that begins like one
  }
}

function hasShape(line: string, shape: string): boolean {
  for (let i = 0; i < shape.length; i++) {
    const wanted = shape.charCodeAt(i);
    const unit = line.charCodeAt(i);
    if (wanted === 100 ? !isDigit(unit) : unit !== wanted) return false;
  }
  return true;
}

function isDigit(unit: number): boolean {
  return unit >= 48 && unit <= 57;
}
