import { expect, test } from 'vitest';
import { readModel } from '../editor/rule-model';
import { readTree } from '../editor/rule-text';
import { findNameProblem, freeName, suggestName } from './names';

const model = (contribution: object, aggregateOn = 'Count') => {
  const tree = readTree(JSON.stringify({ Contribution: contribution, AggregateOn: aggregateOn }));
  if (tree === null) throw new Error('The rule of the test is no JSON.');
  return readModel(tree);
};

test.each([
  [{ Keys: ['srcaddr'] }, 'Count', 'Events by srcaddr'],
  [{ Keys: ['srcaddr', 'dstport'], ValueOf: 'bytes' }, 'Sum', 'Bytes by srcaddr and dstport'],
  [{ Keys: ['$.kubernetes.labels.app', "$['a.b']", '$.x[0]'] }, 'Count', 'Events by app, a.b and 0'],
  [{ Keys: ['$.PodName'], ValueOf: '$.pod_cpu_usage' }, 'Sum', 'Pod cpu usage by PodName'],
  [{ Keys: ['network($.user.ip, 24)', 'host(url)'] }, 'Count', 'Events by network /24 of ip and host of url'],
  [{ Keys: [] }, 'Count', ''],
])('a rule without a name gets one from what it does: %#', (contribution, aggregateOn, expected) => {
  expect(suggestName(model(contribution, aggregateOn), [])).toBe(expected);
});

test('a name that is taken gets a number', () => {
  expect(freeName('A', ['A', 'A 2'])).toBe('A 3');
  expect(freeName('A 2', ['A 2'])).toBe('A 3');
  expect(suggestName(model({ Keys: ['a'] }), ['Events by a'])).toBe('Events by a 2');
});

test.each([
  ['', 'A rule needs a name.'],
  ['naïve', 'At most 128 characters: letters without accents, digits, blanks, punctuation.'],
  ['Taken', 'A rule named "Taken" is there already.'],
  ['Own', ''],
  ['New', ''],
])('the name %j: %j', (name, problem) => expect(findNameProblem(name, ['Taken', 'Own'], 'Own')).toBe(problem));
