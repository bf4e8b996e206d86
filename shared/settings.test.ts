import { describe, expect, test } from 'vitest';
import { limitsFor, mostLimits, usualLimits } from './settings';

const laptop = { memoryBytes: 16_000_000_000, processors: 8 };
const small = { memoryBytes: 2_000_000_000, processors: 1 };

describe('limits of an engine', () => {
  test('are a quarter of the memory, at most 1 GB, and all processors where none are set', () => {
    expect(usualLimits(laptop)).toEqual({ memoryMb: 1000, threads: 8 });
    expect(usualLimits(small)).toEqual({ memoryMb: 500, threads: 1 });
    expect(limitsFor({ memoryMb: null, threads: null }, laptop)).toEqual(usualLimits(laptop));
  });

  test('are those that were set, as far as the machine has as much', () => {
    expect(limitsFor({ memoryMb: 4000, threads: 3 }, laptop)).toEqual({ memoryMb: 4000, threads: 3 });
    expect(limitsFor({ memoryMb: 64_000, threads: 32 }, small)).toEqual(mostLimits(small));
    expect(limitsFor({ memoryMb: 300, threads: null }, small)).toEqual({ memoryMb: 300, threads: 1 });
  });
});
