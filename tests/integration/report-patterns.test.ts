import { expect, test } from 'vitest';
import { findRegularExpressionFault } from '../../electron/engine/rules/regular-expression';
import { sql } from '../../electron/engine/workspace/sql';
import { openTables, tokenRule, tokenTable } from '../support/report-on';
import { openTemporaryDatabase } from '../support/temporary-database';

/** What patterns are put together from: all that RE2 has, and much that it has not. */
const pieces =
  String.raw`a b é 🦆 : , 1 ( (?: (?i) (?i: (?-i) (?i-s: (?-) (?) (?P<x> (?P<y1> (?P<> (?<z> (?P=x) (?= (?! (?<= (?> (?#
  ) | * + ? { } {2} {2,} {1,3} {3,1} {1001} {01} {,3} [ ] [^ - ^ $ . \ \d \S \b \A \z \Z \C \Q \E \1 \07 \12 \0 \x41 \x{41} \xg \x{110000}
  \pN \pL \p{Greek} \p{Han} \p{Foo} \p{^Lu} \P{Any} \p \p{L \p{Lx} \p{Cs} [:alpha:] [:foo:] [:^digit:] \_ \- \é \n \k \8 \u0041 \e \a \v \h \cA`.split(
    /\s+/,
  );

/** Numbers from 0 to 1, always the same. */
function makeRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1103515245 + 12345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

test('a pattern is valid exactly where DuckDB takes it', async () => {
  const random = makeRandom(20231114);
  const pick = () => pieces[Math.floor(random() * pieces.length)] ?? '';
  const patterns = [
    ...pieces,
    ...Array.from({ length: 1500 }, () => Array.from({ length: 1 + Math.floor(random() * 5) }, pick).join('')),
  ];
  const { db, close } = await openTemporaryDatabase();
  const differences = [];
  let valid = 0;
  for (const pattern of patterns) {
    const refusal = await db.read(sql`SELECT regexp_matches('abc', ${pattern})`).then(() => null, String);
    const fault = findRegularExpressionFault(pattern);
    if (refusal === null) valid++;
    if ((refusal === null) !== (fault === null)) differences.push({ pattern, refusal, fault });
  }
  await close();
  expect(differences).toEqual([]);
  expect(valid).toBeGreaterThan(patterns.length / 10);
}, 120_000);

test('a pattern that only DuckDB finds too large is a problem of the rule, with its place', async () => {
  const run = await openTables([tokenTable([0, 'a'])]);
  const filters = [
    { Match: '1', IsPresent: true },
    {
      Any: [
        { Match: '1', Matches: ['a', '((a{100}){100}){100}'] },
        { Match: '1', Matches: ['(\\pL{500}){2}'] },
      ],
    },
  ];
  await expect(run(tokenRule(['1'], { filters }))).rejects.toMatchObject({
    problems: [
      { code: 'rule/bad-regular-expression', place: 'Contribution.Filters[1].Any[0].Matches[1]' },
      { code: 'rule/bad-regular-expression', place: 'Contribution.Filters[1].Any[1].Matches[0]' },
    ],
  });
});
