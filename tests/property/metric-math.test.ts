import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evaluateExpressions, functionNames, parseExpressions } from '../../electron/engine/metrics/evaluate';

const grid = { startMs: [0, 60_000, 120_000, 180_000], periodSeconds: 60 };
const point = fc.oneof(fc.double(), fc.constant(Number.NaN), fc.integer());
const points = fc.array(point, { minLength: 4, maxLength: 4 });

/** Texts made of what expressions are made of, in any order. */
const scrap = fc.oneof(
  ...[
    ...functionNames,
    'm1',
    'm2',
    'm9',
    'REPEAT',
    'LINEAR',
    '"Rule"',
    "'Sum'",
    '(',
    ')',
    '[',
    ']',
    ',',
    '&&',
    'OR',
  ].map(fc.constant),
  ...['+', '-', '*', '/', '^', '==', '<', '1', '.5', '1e9', ' ', '"', '\\', '\u0000', '🦆'].map(fc.constant),
);
const text = fc.oneof(
  fc.array(scrap, { maxLength: 30 }).map((parts) => parts.join(' ')),
  fc.string({ maxLength: 40 }),
);

function work(expression: string, known: ReadonlyMap<string, readonly number[]>) {
  const { parsed, problems } = parseExpressions([{ id: 'e1', expression }]);
  const { results, problems: late } = evaluateExpressions(parsed, { grid, known, read: () => known.get('m1') ?? [] });
  return { results, problems: [...problems, ...late] };
}

test('any text gives series with a place for each period, or a problem with its place in the text', () => {
  fc.assert(
    fc.property(text, points, points, (expression, m1, m2) => {
      const { results, problems } = work(
        expression,
        new Map([
          ['m1', m1],
          ['m2', m2],
        ]),
      );
      expect(results.length + problems.length).toBe(1);
      for (const { place } of problems) {
        const at = Number(/^e1:(\d+)$/.exec(place)?.[1]);
        expect(at >= 1 && at <= expression.length + 1).toBe(true);
      }
      for (const series of results.flatMap((result) => result.series)) expect(series).toHaveLength(4);
    }),
    { numRuns: 2000 },
  );
});

test('no operator gives a point that can not be drawn', () => {
  const operator = fc.constantFrom('+', '-', '*', '/', '^', '<', '>=', '==', 'AND', 'OR');
  fc.assert(
    fc.property(operator, points, points, (sign, a, b) => {
      const finite = (values: number[]) => values.map((value) => (Number.isFinite(value) ? value : Number.NaN));
      const { results } = work(
        `m1 ${sign} m2`,
        new Map([
          ['m1', finite(a)],
          ['m2', finite(b)],
        ]),
      );
      const [series = []] = results[0]?.series ?? [];
      expect(series.filter((value) => !Number.isNaN(value)).every(Number.isFinite)).toBe(true);
    }),
  );
});
