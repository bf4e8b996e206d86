import { expect, test } from 'vitest';
import type { Repair } from '../../shared/event';
import { describeRepair, labelRepair } from './repairs';
import { readSentence } from './sentence';

const repair = (more: Partial<Repair>): Repair => ({
  kind: 'replace-value',
  place: 'Contribution.Filters[1].In[0]',
  from: 'Prod',
  to: 'prod',
  matched: 48_112,
  definition: '{}',
  ...more,
});
const sentence = readSentence(
  JSON.stringify({
    Contribution: {
      Keys: ['$.a'],
      Filters: [
        { Match: '$.a', In: ['x'] },
        { Match: '$.stage', In: ['Prod'] },
      ],
    },
  }),
);

test.each([
  [
    repair({}),
    'Use prod',
    'No event that passes the other steps has the value "Prod". Capital letters count. With "prod" 48,112 events match.',
  ],
  [
    repair({ kind: 'replace-field', from: '$.Stage', to: '$.stage', matched: 1 }),
    'Use $.stage',
    'No event has a field $.Stage. With $.stage 1 event matches.',
  ],
  [
    repair({ kind: 'drop-filter', place: 'Contribution.Filters[1]', to: '' }),
    'Drop filter 2',
    'Filter 2 ($.stage is Prod) alone leaves all out. Without it 48,112 events match.',
  ],
])('%#', (one, label, text) => expect([labelRepair(one), describeRepair(one, sentence)]).toEqual([label, text]));
