import { test } from 'vitest';
import { parserProperties } from '../support/parser-properties';

/** A share of what tests/long/parsers-fuzz.test.ts tries. */
const inputs = 2000;

const shares = parserProperties.reduce((sum, { share }) => sum + share, 0);

test.each(parserProperties)('$name', ({ share, check }) => {
  check(Math.ceil((inputs * share) / shares));
});
