/**
 * API Gateway offers four formats for access logs. Rules know JSON and Common Log Format; lines in the other two, XML and CSV,
 * become the JSON that the JSON format would have given.
 */

/** The JSON text for an event in the XML or CSV format of API Gateway; null for any other. */
export function readAccessPreset(message: string): string | null {
  if (message.startsWith('<request id="')) return readXml(message);
  return mayBeCsv(message) ? readCsv(message) : null;
}

/** `<request id="…"> <ip>…</ip> … </request>`. API Gateway writes values as they come, so none is unescaped. */
function readXml(message: string): string | null {
  const text = message.trimEnd();
  const end = text.length - closing.length;
  const idEnd = text.indexOf('">');
  if (!text.endsWith(closing) || idEnd === -1 || idEnd > end) return null;
  const members: [string, string][] = [['requestId', text.slice(opening.length, idEnd)]];
  let at = idEnd + 2;
  for (;;) {
    while (at < end && /\s/.test(text[at] ?? '')) at++;
    if (at === end) return members.length > 1 ? printObject(members) : null;
    const nameEnd = text.indexOf('>', at);
    const name = nameEnd - at > maxNameLength ? '' : text.slice(at + 1, nameEnd);
    if (text[at] !== '<' || !/^[A-Za-z][\w.-]*$/.test(name)) return null;
    const valueEnd = text.indexOf(`</${name}>`, nameEnd);
    if (valueEnd === -1) return null;
    members.push([name, text.slice(nameEnd + 1, valueEnd)]);
    at = valueEnd + name.length + 3;
  }
}

const opening = '<request id="';
const closing = '</request>';
const maxNameLength = 64;

/** Room for an IPv6 address. */
const maxAddressLength = 45;

/** Whether a line starts with an address and a comma: few others do, and most of these are told from it by a few characters. */
function mayBeCsv(message: string): boolean {
  for (let i = 0; i <= maxAddressLength; i++) {
    const unit = message.charCodeAt(i);
    if (unit === COMMA) return i > 0;
    if (!isOfAddress(unit)) return false;
  }
  return false;
}

/** Whether bytes from `start` on may be an event in one of the two formats. */
export function mayBeAccessPreset(bytes: Uint8Array, start: number): boolean {
  if (bytes[start] === LESS_THAN) return true;
  for (let at = start; at <= start + maxAddressLength; at++) {
    const byte = bytes[at] as number;
    if (byte === COMMA) return at > start;
    if (!isOfAddress(byte)) return false;
  }
  return false;
}

const COMMA = 44;
const LESS_THAN = 60;

/** Digits, the letters of hexadecimal numbers, and `:`, `.`, `-`. */
function isOfAddress(unit: number): boolean {
  return (unit >= 48 && unit <= 58) || ((unit | 32) >= 97 && (unit | 32) <= 102) || unit === 45 || unit === 46;
}

const csvTime =
  /,([0-9]{2}\/(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\/[0-9]{4}:[0-9]{2}:[0-9]{2}:[0-9]{2} [+-][0-9]{4}),/;

/**
 * Values stand between commas, without quotes, so what holds commas is found by what stands around it: the user before the
 * time, the path between the method and the protocol.
 */
function readCsv(message: string): string | null {
  const found = csvTime.exec(message);
  const [, requestTime] = found ?? [];
  if (found === null || requestTime === undefined) return null;
  const [ip = '', caller, ...users] = message.slice(0, found.index).split(',');
  const after = message
    .slice(found.index + found[0].length)
    .trimEnd()
    .split(',');
  const isHttpApi = caller === undefined;
  if (!isHttpApi && users.length === 0) return null;
  const who: [string, string][] = isHttpApi
    ? []
    : [
        ['caller', caller],
        ['user', users.join(',')],
      ];

  const [eventType = '', routeKey = '', connectionId = '', status = '', requestId = ''] = after;
  if (!isHttpApi && after.length === 5 && isEventType(eventType) && isStatus(status)) {
    return printObject([
      ['requestId', requestId],
      ['ip', ip],
      ...who,
      ['requestTime', requestTime],
      ['eventType', eventType],
      ['routeKey', routeKey],
      ['status', status],
      ['connectionId', connectionId],
    ]);
  }

  for (const extended of [1, 0]) {
    const rest = after.slice(-4 - extended);
    const [protocol = '', answer = '', length = '', id = '', extendedId = ''] = rest;
    const path = after.slice(1, after.length - rest.length);
    if (path.length === 0 || !isProtocol(protocol) || !isStatus(answer) || !/^([0-9]+|-)$/.test(length)) continue;
    const extendedMember: [string, string][] = extended === 1 ? [['extendedRequestId', extendedId]] : [];
    return printObject([
      ['requestId', id],
      ...(isHttpApi ? [] : extendedMember),
      ['ip', ip],
      ...who,
      ['requestTime', requestTime],
      ['httpMethod', after[0] ?? ''],
      [isHttpApi ? 'routeKey' : 'resourcePath', path.join(',')],
      ['status', answer],
      ['protocol', protocol],
      ['responseLength', length],
      ...(isHttpApi ? extendedMember : []),
    ]);
  }
  return null;
}

const isEventType = (text: string) => /^(CONNECT|MESSAGE|DISCONNECT|-)$/.test(text);
const isStatus = (text: string) => /^([0-9]{3}|-)$/.test(text);
const isProtocol = (text: string) => /^(HTTP\/[0-9.]+|-)$/.test(text);

function printObject(members: readonly (readonly [string, string])[]): string {
  return `{${members.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`;
}
