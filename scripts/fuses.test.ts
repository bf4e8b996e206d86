import { expect, test } from 'vitest';
import { listWrongFuses, parseFuses } from './fuses.mjs';

const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';

test('fuses are read by name from the wire of an executable', () => {
  const executable = Buffer.from(`ELF…${sentinel}\x01\x030r1…`, 'latin1');
  expect(parseFuses(executable)).toEqual({
    runAsNode: false,
    enableCookieEncryption: false,
    enableNodeOptionsEnvironmentVariable: true,
  });
});

test('a file without fuses is refused', () => {
  expect(() => parseFuses(Buffer.from('ELF'))).toThrow('There are no fuses in this file.');
});

test('a fuse that is set otherwise and one that is lacking are both wrong', () => {
  const wanted = { runAsNode: false, enableCookieEncryption: true, grantFileProtocolExtraPrivileges: false };
  const found = { runAsNode: true, enableCookieEncryption: true };
  expect(listWrongFuses(wanted, found)).toEqual(['runAsNode', 'grantFileProtocolExtraPrivileges']);
});
