import { expect, test } from 'vitest';
import { formatCounts } from './count-reporter.mjs';

test('the count line names passed and failed tests', () => {
  expect(formatCounts({ passed: 12, failed: 0, skipped: 0 })).toBe('12 passed, 0 failed');
});

test('the count line names skipped tests only where there are any', () => {
  expect(formatCounts({ passed: 1, failed: 2, skipped: 3 })).toBe('1 passed, 2 failed, 3 skipped');
});
