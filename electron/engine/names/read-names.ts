import { mostNames, type Names, readNamedRange } from '../../../shared/names';
import { type Problem, UserError } from '../../../shared/problem';
import { byteOrderMarkLength, isBlank } from '../ingest/bytes';
import { readRecord } from '../ingest/unwrap/csv-reader';

const mostLineBytes = 10_000;
const mostValueLength = 1000;
const mostNameLength = 200;
/** So many lines that were left out are told; the others are counted. */
const mostProblems = 100;
const hint = 'A line is an address, a range or an account number, a comma, and the name: 10.0.0.0/8,Office.';

/** Where on a line the value and its name stand, from 0. */
type Columns = { value: number; name: number };

/**
 * Reads a user's own names from CSV: a value and its name on each line, either of which may be quoted. A first line with a
 * column `name` is a heading. What is wrong with a line is told, and that line alone is left out.
 * @param label the file's own name, for the places of problems
 * @throws UserError `names/unreadable` where the file is no such text, holds too many names or none
 */
export function readNames(label: string, data: Uint8Array): Names {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  if (bytes.includes(0)) throw unreadable(label, 'The file is no text in UTF-8.', 'Save it as CSV in UTF-8.');
  const named = new Map<string, { name: string; line: number }>();
  const problems: Problem[] = [];
  let columns: Columns = { value: 0, name: 1 };
  let skipped = 0;
  let line = 0;
  for (const fields of listLines(bytes)) {
    line++;
    const heading = line === 1 && fields !== null ? readHeading(fields) : null;
    if (heading !== null) columns = heading;
    if (heading !== null || (fields !== null && isBlank(fields.join('')))) continue;
    const value = fields?.[columns.value]?.trim() ?? '';
    const name = fields?.[columns.name]?.trim() ?? '';
    const known = named.get(value);
    const fault = fields === null ? 'A quote is not closed, or the line is too long.' : findFault(value, name, known);
    if (fault === null) {
      if (known === undefined) named.set(value, { name, line });
      if (named.size > mostNames) {
        throw unreadable(label, 'The file has more than 200,000 names.', 'Keep those that your logs hold.');
      }
      continue;
    }
    skipped++;
    if (skipped > mostProblems) continue;
    problems.push({ code: 'names/bad-line', place: `${label}:${line}`, message: fault, hint });
  }
  if (named.size === 0) {
    throw new UserError([...unreadable(label, 'No line of the file names anything.', hint).problems, ...problems]);
  }
  return { label, entries: [...named].map(([value, { name }]) => [value, name]), skipped, problems };
}

/** The fields of each line; null for one that can't be read. A quoted text ends with its line, so that a lost quote costs one line. */
function* listLines(bytes: Buffer): Generator<string[] | null> {
  for (let at = byteOrderMarkLength(bytes); at < bytes.length; ) {
    const feed = bytes.indexOf(10, at);
    const end = feed === -1 ? bytes.length : feed;
    const line = bytes.subarray(at, bytes[end - 1] === 13 ? end - 1 : end);
    at = end + 1;
    yield line.length > mostLineBytes ? null : (readRecord(line, 0, 'final')?.fields ?? null);
  }
}

/** Columns of a line that is a heading; null for any other. */
function readHeading(fields: readonly string[]): Columns | null {
  const name = fields.findIndex((field) => field.trim().toLowerCase() === 'name');
  if (name === -1) return null;
  return { value: name === 0 ? 1 : 0, name };
}

/** What is wrong with a line; null where nothing is. */
function findFault(value: string, name: string, known: { name: string; line: number } | undefined): string | null {
  // It would end at the next comma, also one inside.
  if (/^"/.test(value) || /^"/.test(name)) return 'A quote stands at once behind its comma.';
  if (value === '') return 'The line has a name and nothing that it names.';
  if (name === '') return `${quote(value)} has no name.`;
  if (value.length > mostValueLength) return `A value has at most ${mostValueLength} characters.`;
  if (name.length > mostNameLength) return `A name has at most ${mostNameLength} characters.`;
  if (looksLikeRange(value) && readNamedRange(value) === null) return `${quote(value)} is no address and no range.`;
  if (known !== undefined && known.name !== name) {
    return `${quote(value)} is named ${quote(known.name)} by line ${known.line}, which counts.`;
  }
  return null;
}

/** Whether a text can be meant for nothing else than an address or a range. */
function looksLikeRange(value: string): boolean {
  return /^[0-9a-f.:]+\/[0-9]+$/i.test(value) || /^[0-9]+(?:\.[0-9]+){3}(?:\s*-\s*[0-9.]+)?$/.test(value);
}

function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 59)}…` : text);
}

function unreadable(place: string, message: string, remedy: string): UserError {
  return new UserError([{ code: 'names/unreadable', place, message, hint: remedy }]);
}
