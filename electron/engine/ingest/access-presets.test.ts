import { describe, expect, test } from 'vitest';
import { readAccessPreset } from './access-presets';

const time = '14/Nov/2023:22:13:20 +0000';

/** What the line becomes, as an object. */
function read(message: string): Record<string, string> | null {
  const text = readAccessPreset(message);
  return text === null ? null : (JSON.parse(text) as Record<string, string>);
}

describe('a line in CSV', () => {
  const rest = {
    requestId: 'id-1',
    extendedRequestId: 'x=',
    ip: '203.0.113.9',
    caller: '-',
    user: 'alice',
    requestTime: time,
    httpMethod: 'GET',
    resourcePath: '/pets/{id}',
    status: '200',
    protocol: 'HTTP/1.1',
    responseLength: '512',
  };

  test('of a REST API has the members of the JSON format, in their order', () => {
    const line = `203.0.113.9,-,alice,${time},GET,/pets/{id},HTTP/1.1,200,512,id-1,x=`;
    expect(readAccessPreset(line)).toBe(JSON.stringify(rest));
  });

  test('of an older REST API has no extended request id', () => {
    const { extendedRequestId, ...older } = rest;
    expect(read(`203.0.113.9,-,alice,${time},GET,/pets/{id},HTTP/1.1,200,512,id-1`)).toEqual(older);
  });

  test('may hold commas in the user and the path', () => {
    expect(read(`2001:db8::9,-,cn=a,dc=b,${time},GET,/a,b,HTTP/2,-,-,id-1,x=`)).toMatchObject({
      ip: '2001:db8::9',
      user: 'cn=a,dc=b',
      resourcePath: '/a,b',
      status: '-',
    });
  });

  test('of an HTTP API has a route key', () => {
    expect(read(`203.0.113.9,${time},GET,GET /pets,HTTP/1.1,200,17,JKJ=,JKK=`)).toEqual({
      requestId: 'JKJ=',
      ip: '203.0.113.9',
      requestTime: time,
      httpMethod: 'GET',
      routeKey: 'GET /pets',
      status: '200',
      protocol: 'HTTP/1.1',
      responseLength: '17',
      extendedRequestId: 'JKK=',
    });
  });

  test('of a WebSocket API has a connection', () => {
    expect(read(`203.0.113.9,-,-,${time},MESSAGE,$default,L0S=,500,JKJ=`)).toEqual({
      requestId: 'JKJ=',
      ip: '203.0.113.9',
      caller: '-',
      user: '-',
      requestTime: time,
      eventType: 'MESSAGE',
      routeKey: '$default',
      status: '500',
      connectionId: 'L0S=',
    });
  });

  test.each([
    ['without a time', '203.0.113.9,-,-,now,GET,/,HTTP/1.1,200,1,id,x'],
    ['with a status that is none', `203.0.113.9,-,-,${time},GET,/,HTTP/1.1,OK,1,id,x`],
    ['with too little behind the time', `203.0.113.9,-,-,${time},GET,HTTP/1.1,200,1,id`],
    ['with two values before the time', `203.0.113.9,-,${time},GET,/,HTTP/1.1,200,1,id,x`],
    ['that starts with no address', `host name,-,-,${time},GET,/,HTTP/1.1,200,1,id,x`],
    ['in Common Log Format', `203.0.113.9 - - [${time}] "GET /a,b HTTP/1.1" 200 1 id x`],
  ])('%s is left as it is', (_, line) => {
    expect(readAccessPreset(line)).toBeNull();
  });
});

describe('a line in XML', () => {
  test('has the members of the JSON format, values as they were written', () => {
    expect(
      read(
        `<request id="id-1"> <ip>203.0.113.9</ip> <user>a &amp; <b></user><resourcePath></resourcePath>\n<status>200</status> </request> `,
      ),
    ).toEqual({ requestId: 'id-1', ip: '203.0.113.9', user: 'a &amp; <b>', resourcePath: '', status: '200' });
  });

  test('may name a member as JavaScript names the prototype', () => {
    expect(readAccessPreset('<request id="x"><a>1</a></request>')).toBe('{"requestId":"x","a":"1"}');
    expect(readAccessPreset('<request id="x"><constructor>1</constructor></request>')).toBe(
      '{"requestId":"x","constructor":"1"}',
    );
  });

  test.each([
    '<request id="x"></request>',
    '<request id="x"><ip>1</ip>',
    '<request id="x"><ip>1</request>',
    '<request id="x"> text </request>',
    '<request id="x"><ip a="1">1</ip></request>',
    '<request id="</request>',
    '<request><ip>1</ip></request>',
    '<response id="x"><ip>1</ip></response>',
  ])('is left as it is where it is something else: %s', (line) => {
    expect(readAccessPreset(line)).toBeNull();
  });
});

test('takes time linear in the length of a line', () => {
  const started = performance.now();
  for (const line of [
    `<request id="x">${'<a>'.repeat(300_000)}</request>`,
    `<request id="x">${'<a></a>'.repeat(150_000)}`,
    `1,${`${time},`.repeat(40_000)}`,
    `1${','.repeat(1_000_000)}`,
  ]) {
    readAccessPreset(line);
  }
  expect(performance.now() - started).toBeLessThan(5000);
});
