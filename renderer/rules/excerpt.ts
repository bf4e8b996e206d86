import type { EventMark } from '../../shared/event';

/** A piece of an event's text: plain, marked, or a gap where something is left out. */
export type Piece = { text: string; role: EventMark['role'] | null } | { gap: true };

/** The text in pieces, so that what a rule looks at can be shown marked. */
export function cutPieces(message: string, marks: readonly EventMark[]): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const { start, end, role } of marks) {
    if (start > at) pieces.push({ text: message.slice(at, start), role: null });
    pieces.push({ text: message.slice(start, Math.min(end, message.length)), role });
    at = end;
  }
  if (at < message.length) pieces.push({ text: message.slice(at), role: null });
  return pieces;
}

/** Up to this many characters an event is shown whole. */
const wholeMax = 260;
const aroundMax = 24;
const headMax = 60;

/** A long event cut down to its beginning and what a rule looks at, with names before JSON values. */
export function cutExcerpt(message: string, marks: readonly EventMark[]): Piece[] {
  if (message.length <= wholeMax) return cutPieces(message, marks);
  const spans = [{ start: 0, end: Math.min(headMax, marks[0]?.start ?? headMax) }];
  for (const { start, end } of marks) spans.push({ start: startOfMember(message, start), end: end + 1 });
  const pieces: Piece[] = [];
  let shown = 0;
  for (const span of spans) {
    const start = Math.max(span.start, shown);
    if (start > shown) pieces.push({ gap: true });
    const own = marks.filter((mark) => mark.start >= start && mark.end <= span.end);
    const moved = own.map((mark) => ({ ...mark, start: mark.start - start, end: mark.end - start }));
    pieces.push(...cutPieces(message.slice(start, span.end), moved));
    shown = Math.max(shown, span.end);
  }
  if (shown < message.length) pieces.push({ gap: true });
  return pieces;
}

/** Where the JSON member begins whose value starts here; a little before it in other texts. */
function startOfMember(message: string, start: number): number {
  const before = message.slice(Math.max(0, start - 120), start);
  const name = /"(?:[^"\\]|\\.)*"\s*:\s*$/.exec(before)?.[0];
  if (name !== undefined) return start - name.length;
  const blank = message.lastIndexOf(' ', Math.max(0, start - aroundMax));
  return blank < 0 ? Math.max(0, start - aroundMax) : blank;
}
