import { isWhiteSpace } from '../bytes';
import { timeOfText } from '../event-time';

const STAMP = 'dddd-dd-ddTdd:dd:dd.ddd';

/**
 * The stamp that an export task puts before each event, `2023-03-23T15:00:32.000Z ` at the start of the line.
 * @returns its time (null: there is no such time) and the rest of the line; null where the line has no stamp
 */
export function readExportStamp(line: string): { timeMs: number | null; message: string } | null {
  if (line.charCodeAt(24) !== 32 || line.charCodeAt(23) !== 90 || !hasShape(line, STAMP)) return null;
  return { timeMs: timeOfText(line.slice(0, 24)), message: line.slice(25) };
}

/**
 * The beginning of a line of `aws logs tail`, `2022-10-05T08:32:51.123000+00:00 STREAM `.
 * @returns its time (null: there is no such time), stream and the rest of the line; null where the line has none
 */
export function readTailStamp(line: string): { timeMs: number | null; stream: string; message: string } | null {
  if (line.charCodeAt(32) !== 32 || line.charCodeAt(29) !== 58 || !hasShape(line, STAMP)) return null;
  const sign = line.charCodeAt(26);
  if (sign !== 43 && sign !== 45) return null;
  for (const at of [23, 24, 25, 27, 28, 30, 31]) if (!isDigit(line.charCodeAt(at))) return null;
  let end = 33;
  while (end < line.length && !isWhiteSpace(line.charCodeAt(end))) end++;
  if (end === 33 || line.charCodeAt(end) !== 32) return null;
  return { timeMs: timeOfText(line.slice(0, 32)), stream: line.slice(33, end), message: line.slice(end + 1) };
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
