import { describe, expect, test } from 'vitest';
import { listPackages, readAvailablePackages, readMissingLibraries } from './system-packages.mjs';

describe('missing shared libraries', () => {
  test('are read from what ldd says', () => {
    const output = [
      '\tlinux-vdso.so.1 (0x00007ffd)',
      '\tlibffmpeg.so => /opt/electron/libffmpeg.so (0x00007f1)',
      '\tlibgtk-3.so.0 => not found',
      '\tlibnss3.so => not found',
      '\tlibnss3.so => not found',
    ].join('\n');
    expect(readMissingLibraries(output)).toEqual(['libgtk-3.so.0', 'libnss3.so']);
  });

  test('are none on a machine that has them all', () => {
    expect(readMissingLibraries('\tlibc.so.6 => /lib/libc.so.6 (0x00007f1)\n')).toEqual([]);
  });

  test('become each package once, the virtual display among them', () => {
    expect(listPackages(['libnss3.so', 'libsmime3.so', 'libasound.so.2', 'Xvfb'])).toEqual([
      'libnss3',
      'libasound2',
      'xvfb',
    ]);
  });

  test('that no known package holds stay out of the command', () => {
    expect(listPackages(['libunheard-of.so.1'])).toEqual([]);
  });
});

test('a name that only other packages provide is not one to install', () => {
  const policy = [
    'libasound2:',
    '  Installed: (none)',
    '  Candidate: (none)',
    '  Version table:',
    'libasound2t64:',
    '  Installed: (none)',
    '  Candidate: 1.2.11-1build2',
    '  Version table:',
    '     1.2.11-1build2 500',
  ].join('\n');
  expect([...readAvailablePackages(policy)]).toEqual(['libasound2t64']);
});
