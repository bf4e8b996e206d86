import { expect, test } from 'vitest';
import { runRotations } from '../support/rotation-model';

test.each(Array.from({ length: 8 }, (_, index) => index + 1))(
  'writing, rotating and killing at random loses and doubles nothing, seed %i',
  async (seed) => {
    expect(await runRotations(seed, 60)).toMatchObject({ lost: [], doubled: [] });
  },
);
