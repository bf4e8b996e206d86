import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { usualSettings } from '../../shared/settings';
import { readSettings, readWindowPlace, SettingsChanges, writeSettings } from './settings';

test('what was set is read again, and what was set before stays', () => {
  const folder = makeFolder();
  writeSettings(folder, { theme: 'dark', memoryMb: 2000 });
  writeSettings(folder, { letterKeys: false, window: { x: 1, y: 2, width: 960, height: 600, maximized: false } });
  expect(readSettings(folder)).toEqual({ ...usualSettings, theme: 'dark', memoryMb: 2000, letterKeys: false });
  expect(readWindowPlace(folder)).toMatchObject({ x: 1, width: 960 });
});

test.each([
  ['no file', null],
  ['a file cut short', '{"theme": "da'],
  ['JSON that is no object', '["dark"]'],
  ['an empty file', ''],
])('%s gives the defaults', (_what, text) => {
  const folder = makeFolder();
  if (text !== null) writeFileSync(join(folder, 'settings.json'), text);
  expect(readSettings(folder)).toEqual(usualSettings);
  expect(readWindowPlace(folder)).toBeNull();
});

test('a setting that is out of bounds is as usual, the others stay', () => {
  const folder = makeFolder();
  const kept = { theme: 'dark', zone: 'mars', memoryMb: 1, threads: 2, letterKeys: 'no', window: { x: 'left' } };
  writeFileSync(join(folder, 'settings.json'), JSON.stringify(kept));
  expect(readSettings(folder)).toEqual({ ...usualSettings, theme: 'dark', threads: 2 });
  expect(readWindowPlace(folder)).toBeNull();
});

test('a file of a version that knew the theme alone keeps it', () => {
  const folder = makeFolder();
  writeFileSync(join(folder, 'settings.json'), '{"theme": "light", "window": null}');
  expect(readSettings(folder)).toEqual({ ...usualSettings, theme: 'light' });
  writeSettings(folder, { zone: 'local' });
  expect(JSON.parse(readFileSync(join(folder, 'settings.json'), 'utf8'))).toMatchObject({
    theme: 'light',
    zone: 'local',
  });
});

test.each([
  ['nothing that is set', {}],
  ['a limit and none', { memoryMb: 256, threads: null }],
  ['switches', { letterKeys: false, notifications: false }],
])('the window may change %s', (_what, changes) => {
  expect(SettingsChanges.safeParse(changes).success).toBe(true);
});

test.each([
  ['less memory than there has to be', { memoryMb: 255 }],
  ['memory that no machine has', { memoryMb: 1e12 }],
  ['half a thread', { threads: 1.5 }],
  ['no thread', { threads: 0 }],
  ['a limit that is a text', { threads: '2' }],
  ['nothing as a value', { theme: undefined }],
  ['the place of the window', { window: null }],
  ['what is no setting', { path: '/etc' }],
])('the window may not set %s', (_what, changes) => {
  expect(SettingsChanges.safeParse(changes).success).toBe(false);
});

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'contributor-insights-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
