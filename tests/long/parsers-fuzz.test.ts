import { test } from 'vitest';
import { parserProperties } from '../support/parser-properties';

const inputs = 120_000;

const shares = parserProperties.reduce((sum, { share }) => sum + share, 0);

test.each(parserProperties)(
  '$name',
  ({ share, check }) => {
    check(Math.ceil((inputs * share) / shares));
  },
  1_800_000,
);
