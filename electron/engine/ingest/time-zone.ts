/** A time zone that says what its clocks showed when. */
export type TimeZone = {
  /** IANA name, such as `Europe/London`. */
  name: string;
  /**
   * The instant at which the clocks show a time. Of two such instants, where clocks are put back, the first; a time that they
   * skip is read as if they had not been put forward yet.
   * @param localMs what epoch ms would be if the clocks showed UTC   @returns epoch ms UTC
   */
  toUtc(localMs: number): number;
};

const DAY = 86_400_000;

/** Clocks are put forward and back at multiples of a quarter of an hour. */
const step = 900_000;

/** A log has few different quarters of an hour at a time. */
const maxOffsets = 4096;

/** Making one takes about a millisecond, and each file of a source asks for its own. */
const known = new Map<string, TimeZone | null>();

/** The time zone of that name, made once; null where there is none. */
export function findTimeZone(name: string): TimeZone | null {
  const found = known.get(name);
  if (found !== undefined) return found;
  const zone = createTimeZone(name);
  known.set(name, zone);
  return zone;
}

/** The time zone of that name, case ignored; null where there is none. */
export function createTimeZone(name: string): TimeZone | null {
  const format = createFormat(name);
  if (format === null) return null;
  const offsets = new Map<number, number>();
  const instants = new Map<number, number>();

  function offsetAt(utcMs: number): number {
    const key = Math.floor(utcMs / step);
    const known = offsets.get(key);
    if (known !== undefined) return known;
    if (offsets.size === maxOffsets) offsets.clear();
    const offset = readOffset(format as Intl.DateTimeFormat, key * step);
    offsets.set(key, offset);
    return offset;
  }

  /** What to take off a local time. */
  function offsetOf(localMs: number): number {
    const before = offsetAt(localMs - DAY);
    const after = offsetAt(localMs + DAY);
    if (before === after || offsetAt(localMs - before) === before) return before;
    return offsetAt(localMs - after) === after ? after : before;
  }

  return {
    name: format.resolvedOptions().timeZone,
    toUtc(localMs) {
      const key = Math.floor(localMs / step);
      let offset = instants.get(key);
      if (offset === undefined) {
        if (instants.size === maxOffsets) instants.clear();
        offset = offsetOf(key * step);
        instants.set(key, offset);
      }
      return localMs - offset;
    },
  };
}

function createFormat(name: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    return null; // RangeError: no such zone
  }
}

/** How far the clocks are ahead of UTC, in ms. */
function readOffset(format: Intl.DateTimeFormat, utcMs: number): number {
  const parts = new Map(format.formatToParts(utcMs).map(({ type, value }) => [type, value]));
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type));
  const year = parts.get('era') === 'BC' ? 1 - part('year') : part('year');
  const shown = new Date(0);
  shown.setUTCFullYear(year, part('month') - 1, part('day'));
  shown.setUTCHours(part('hour'), part('minute'), part('second'));
  return shown.getTime() - utcMs;
}
