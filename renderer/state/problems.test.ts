import { expect, test } from 'vitest';
import { UserError } from '../../shared/problem';
import { problemsOf } from './problems';

test.each([
  ['args/invalid', 'sources.add', 'The source'],
  ['args/invalid', 'report.run.maxContributorCount', 'The report'],
  ['engine/internal', 'report.run', 'The report'],
  ['file/missing', 'report.log', 'report.log'],
  ['rule/bad-path', 'Contribution.Keys[0]', 'Contribution.Keys[0]'],
  ['args/invalid', 'constructor.name', 'constructor.name'],
] as const)('the place of %s at %s is shown as %s', (code, place, shown) => {
  const error = new UserError([{ code, place, message: 'No.' }]);
  expect(problemsOf(error).map((problem) => problem.place)).toEqual([shown]);
});
