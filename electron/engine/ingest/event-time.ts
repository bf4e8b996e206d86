import { flowFieldsOf } from './flow-log';
import type { PathTable } from './path-table';
import type { TimeZone } from './time-zone';
import { isW3cHeader } from './w3c-log';

/**
 * Reads a time stamp: CLF (`10/Oct/2000:13:55:36 -0700`), ISO 8601 with `T` or a blank, any fraction, and `Z`, `±hh:mm`,
 * `±hhmm` or nothing (UTC) at the end, or the number of seconds (10 digits before the point), milliseconds (13),
 * microseconds (16) or nanoseconds (19) since 1970. What is below a millisecond is cut off.
 * @param zone where the clocks were that wrote ISO times without an offset; UTC if left out
 * @returns epoch ms UTC; null where the text is no time or names one that does not exist
 * @see docs/formats.md §3
 */
export function timeOfText(text: string, zone: TimeZone | null = null): number | null {
  const length = text.length;
  if (length < 10) return length === 0 ? null : timeOfNumber(text);
  if (text.charCodeAt(4) === HYPHEN && text.charCodeAt(7) === HYPHEN) return timeOfIso(text, zone);
  if (isClfShape(text)) return timeOfClf(text);
  if (length === 13 || length === 10) {
    const first = text.charCodeAt(0);
    if (first > ZERO && first <= NINE) {
      const digits = readDigits(text, 0, length);
      if (digits !== -1) return length === 13 ? digits : digits * 1000;
    }
  }
  return timeOfNumber(text);
}

/** Whether a token is shaped like the time of Common Log Format, `10/Oct/2000:13:55:36 -0700`, be there such a time or not. */
export function isClfShape(text: string): boolean {
  return text.length === 26 && text.charCodeAt(2) === SLASH && CLF_TIME.test(text);
}

/**
 * Time of an event that is no JSON object, by its tokens: the `start`, else the `end` of a flow record, which has no other
 * time; date and time of a W3C log; else the first token in the shape of CLF; else the first that reads as a time of tokens 1
 * and 2 together, 1, and 2; else that of a network load balancer's line.
 * @param header field names of the header above the event, be it that of a flow log or a W3C log
 * @param zone see `timeOfText`; logs that AWS writes are in UTC anyway
 * @returns epoch ms UTC, or null
 */
export function timeOfTokens(
  tokens: readonly string[],
  header: readonly string[] | null,
  zone: TimeZone | null = null,
): number | null {
  const names = flowFieldsOf(tokens, header);
  if (names !== null) return timeOfField(tokens, names.indexOf('start')) ?? timeOfField(tokens, names.indexOf('end'));
  if (header !== null && header.length === tokens.length && isW3cHeader(header)) {
    const time = timeOfText(`${tokens[header.indexOf('date')]} ${tokens[header.indexOf('time')]}`);
    if (time !== null) return time;
  }
  for (const token of tokens) {
    if (isClfShape(token)) return timeOfClf(token);
  }
  const [first, second, third, fourth] = tokens;
  if (first === undefined) return null;
  if (second === undefined) return timeOfText(first, zone);
  const time = timeOfText(`${first} ${second}`, zone) ?? timeOfText(first, zone) ?? timeOfText(second, zone);
  if (time !== null || third === undefined || fourth === undefined) return time;
  const isNetworkBalancer = first === 'tls' && /^[0-9]\.[0-9]$/.test(second) && fourth.startsWith('net/');
  return isNetworkBalancer ? timeOfText(third) : null;
}

function timeOfField(tokens: readonly string[], at: number): number | null {
  const text = tokens[at];
  return text === undefined ? null : timeOfText(text);
}

/** Where a JSON event keeps its time: the first of these that reads as a time. */
export const jsonTimePaths: readonly (readonly string[])[] = [
  ['_aws', 'Timestamp'],
  ['Timestamp'],
  ['timestamp'],
  ['@timestamp'],
  ['time'],
  ['eventTime'],
  ['query_timestamp'],
  ['requestTimeEpoch'],
  ['requestTime'],
];

/** Picks the time of a JSON event out of its leaves. */
export type JsonTimeFinder = {
  /** Forgets the event before. */
  reset(): void;
  /** Looks at one leaf. */
  offer(path: number, text: string): void;
  /** Epoch ms UTC of the event whose leaves were offered since `reset`, or null. @param zone see `timeOfText` */
  find(zone?: TimeZone | null): number | null;
};

/** Makes a time finder for events that are read with these paths. */
export function createJsonTimeFinder(paths: PathTable): JsonTimeFinder {
  const rankOfPath: number[] = [];
  for (const [rank, steps] of jsonTimePaths.entries()) rankOfPath[paths.intern(steps)] = rank;
  const found: (string | undefined)[] = jsonTimePaths.map(() => undefined);
  let any = false;
  return {
    reset() {
      if (any) found.fill(undefined);
      any = false;
    },
    offer(path, text) {
      const rank = rankOfPath[path];
      if (rank === undefined) return;
      found[rank] = text;
      any = true;
    },
    find(zone = null) {
      if (!any) return null;
      for (const text of found) {
        const time = text === undefined ? null : timeOfText(text, zone);
        if (time !== null) return time;
      }
      return null;
    },
  };
}

const CLF_TIME =
  /^[0-9]{2}\/(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\/[0-9]{4}:[0-9]{2}:[0-9]{2}:[0-9]{2} [+-][0-9]{4}$/;
const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec';
const NUMBER = /^([+-]?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]+))?$/;
const DAYS_BEFORE = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
const DAYS_IN = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const COMMA = 44;
const HYPHEN = 45;
const POINT = 46;
const SLASH = 47;
const ZERO = 48;
const NINE = 57;
const COLON = 58;
const UPPER_T = 84;
const UPPER_Z = 90;

function timeOfClf(text: string): number | null {
  const month = MONTHS.indexOf(text.slice(3, 6)) / 3 + 1;
  const time = timeOfParts(
    readDigits(text, 7, 11),
    month,
    readDigits(text, 0, 2),
    readDigits(text, 12, 14),
    readDigits(text, 15, 17),
    readDigits(text, 18, 20),
  );
  return time === null
    ? null
    : withoutOffset(time, text.charCodeAt(21), readDigits(text, 22, 24), readDigits(text, 24, 26));
}

function timeOfIso(text: string, zone: TimeZone | null): number | null {
  const length = text.length;
  const separator = text.charCodeAt(10);
  if (length < 19 || (separator !== UPPER_T && separator !== 32)) return null;
  if (text.charCodeAt(13) !== COLON || text.charCodeAt(16) !== COLON) return null;
  const seconds = timeOfParts(
    readDigits(text, 0, 4),
    readDigits(text, 5, 7),
    readDigits(text, 8, 10),
    readDigits(text, 11, 13),
    readDigits(text, 14, 16),
    readDigits(text, 17, 19),
  );
  if (seconds === null) return null;
  let i = 19;
  let time = seconds;
  const mark = text.charCodeAt(i);
  if (mark === POINT || mark === COMMA) {
    const start = ++i;
    let weight = 100;
    while (isDigit(text.charCodeAt(i))) {
      if (i < start + 3) time += (text.charCodeAt(i) - ZERO) * weight;
      weight /= 10;
      i++;
    }
    if (i === start) return null;
  }
  if (i === length) return zone === null ? time : zone.toUtc(time);
  const sign = text.charCodeAt(i);
  if (sign === UPPER_Z) return i + 1 === length ? time : null;
  if (sign !== HYPHEN && sign !== 43) return null;
  const colon = text.charCodeAt(i + 3) === COLON ? 1 : 0;
  if (i + 5 + colon !== length) return null;
  const hours = readDigits(text, i + 1, i + 3);
  const minutes = readDigits(text, i + 3 + colon, length);
  return withoutOffset(time, sign, hours, minutes);
}

/** A local time in UTC; null for an offset that no clock has. */
function withoutOffset(timeMs: number, sign: number, hours: number, minutes: number): number | null {
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return null;
  const size = (hours * 60 + minutes) * 60_000;
  return sign === HYPHEN ? timeMs + size : timeMs - size;
}

/** Epoch ms of a time that exists; null where a part is missing (-1) or out of its range. */
function timeOfParts(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
): number | null {
  if (year < 1 || month < 1 || month > 12 || day < 1) return null;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return null;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (day > (DAYS_IN[month - 1] ?? 0) && !(leap && month === 2 && day === 29)) return null;
  const before = year - 1;
  const leapDays = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400);
  // 719162 days lie between 1 January of the year 1 and of 1970.
  const days =
    before * 365 + leapDays - 719_162 + (DAYS_BEFORE[month - 1] ?? 0) + (leap && month > 2 ? 1 : 0) + day - 1;
  return days * 86_400_000 + (hour * 60 + minute) * 60_000 + second * 1000;
}

/**
 * 10, 13, 16 and 19 digits before the point are seconds, ms, µs and ns: the ms are the first 13 digits in each case. Cut
 * from the text, because 19 digits do not fit a double.
 */
function timeOfNumber(text: string): number | null {
  const match = NUMBER.exec(text);
  if (match === null) return null;
  const [, sign = '', integer = '', fraction = '', exponent = '0'] = match;
  const digits = integer + fraction;
  if (sign === '-' || digits === '') return null;
  let zeros = 0;
  while (digits.charCodeAt(zeros) === ZERO) zeros++;
  const size = integer.length - zeros + Number(exponent);
  if (zeros === digits.length || (size !== 10 && size !== 13 && size !== 16 && size !== 19)) return null;
  return Number(digits.slice(zeros, zeros + 13).padEnd(13, '0'));
}

function isDigit(unit: number): boolean {
  return unit >= ZERO && unit <= NINE;
}

/** Value of the digits from `start` to before `end`; -1 where one of them is no digit. */
function readDigits(text: string, start: number, end: number): number {
  let value = 0;
  for (let i = start; i < end; i++) {
    const unit = text.charCodeAt(i);
    if (!isDigit(unit)) return -1;
    value = value * 10 + unit - ZERO;
  }
  return value;
}
