import { execFileSync } from 'node:child_process';
import { describe, expect, onTestFinished, test } from 'vitest';
import { UserError } from '../../../shared/problem';
import { createPlainTable, type PlainEvent } from '../../../tests/support/plain-table';
import { reportDefaults } from '../../../tests/support/report-on';
import { flowRuleText, jsonRuleText } from '../../../tests/support/rule-text';
import { openTemporaryDatabase } from '../../../tests/support/temporary-database';
import { runReport } from '../reports/run';
import { Sql } from '../workspace/sql';
import { exportRule } from './export';
import { inline } from './export-sql';
import { importRules } from './import';
import { parseRule } from './parse';

/** Text that closes quotes, starts templates, ends comments and speaks to terminals. */
const hostile = [
  `'; rm -rf ~; echo '`,
  `"$(id)" \`id\` \${var.x} %{if x} \\`,
  '*/ -- \n DROP TABLE rule;',
  'naïve 🦆 \u001b[31m \u2028',
];

const plain = jsonRuleText({ Filters: [{ Match: '$.status', GreaterThan: 499 }] });
const odd = jsonRuleText({ Keys: ["$['a?b']", '$.x"y'], Filters: [{ Match: '$.a', In: [...hostile, ''] }] });

describe.each(['json', 'cloudformation', 'terraform', 'aws-cli'] as const)('%s', (form) => {
  test.each([
    ['a plain rule', '5xx by address', plain, 'ENABLED'],
    ['a rule that is off', '5xx by address', plain, 'DISABLED'],
    ['hostile values', 'odd', odd, 'ENABLED'],
    ['a rule written over several lines', 'odd', JSON.stringify(JSON.parse(odd), null, 2), 'ENABLED'],
    ...hostile.map((name) => ['a hostile name', name, plain, 'ENABLED'] as const),
    ['a name like an option', '--debug', plain, 'ENABLED'],
    ['a name like a file', 'file:///etc/passwd', plain, 'ENABLED'],
  ] as const)('%s comes back as it was', (_, name, definition, state) => {
    const { text } = exportRule({ name, definition, state }, form, []);
    const [found, ...others] = importRules(text).rules;
    expect(others).toEqual([]);
    expect(JSON.parse(found?.definition ?? '')).toEqual(JSON.parse(definition));
    if (form === 'json') return;
    expect(found).toMatchObject({
      name: form === 'terraform' && name.includes('${') ? expect.anything() : name,
      state,
    });
  });

  test('a rule that is not valid is refused with its problems', () => {
    const broken = { name: 'a', definition: jsonRuleText({ Keys: [] }), state: 'ENABLED' } as const;
    expect(() => exportRule(broken, form, [])).toThrow(UserError);
  });

  test('what AWS does not take is said', () => {
    const definition = jsonRuleText({ Keys: ['host($.a)'], Filters: [{ Match: '$.a', Contains: ['b'] }] });
    const { problems } = exportRule({ name: 'naïve', definition, state: 'ENABLED' }, form, []);
    expect(problems.map(({ code }) => code)).toEqual([
      'rule/bad-name',
      'rule/not-accepted-by-aws',
      'rule/not-accepted-by-aws',
    ]);
  });
});

describe('a call of the AWS command line', () => {
  /** The words that a shell passes on. */
  const readWords = (text: string): string[] => {
    const shell = `aws() { for word; do printf '%s\\0' "$word"; done; }\n${text}`;
    return execFileSync('sh', ['-c', shell], { encoding: 'utf8' }).split('\0').slice(0, -1);
  };

  test.each([...hostile, '--debug', 'a'])('is one command in a real shell, whatever the name: %j', (name) => {
    const words = readWords(exportRule({ name, definition: odd, state: 'ENABLED' }, 'aws-cli', []).text);
    expect(words.slice(0, 2)).toEqual(['cloudwatch', 'put-insight-rule']);
    const options = words.slice(2).filter((_, index) => index % 2 === 0);
    expect(options.every((option) => /^--(rule-name|rule-state|rule-definition|cli-input-json)$/.test(option))).toBe(
      true,
    );
    const [found] = importRules(exportRule({ name, definition: odd, state: 'ENABLED' }, 'aws-cli', []).text).rules;
    expect(found?.name).toBe(name);
  });

  test('holds nothing that a terminal could take for a command of its own', () => {
    for (const name of hostile) {
      const { text } = exportRule({ name, definition: odd, state: 'ENABLED' }, 'aws-cli', []);
      expect(text).toMatch(/^[\n\x20-\x7e]*$/);
    }
  });
});

describe('SQL', () => {
  test('ranks as the report does', async () => {
    const { db, close } = await openTemporaryDatabase();
    onTestFinished(close);
    const texts = [...hostile, '', 'a', 'b', '12', '10.0.0.1', '10.0.0.2', '2001:DB8::1'];
    const events = Array.from(
      { length: 200 },
      (_, index): PlainEvent => ({
        timeMs: index % 17 === 0 ? null : 1000 * index,
        fields: {
          '4': index % 13 === 0 ? undefined : texts[index % texts.length],
          '7': String(index % 5),
          '10': index % 11 === 0 ? '-' : String(index * 1.5),
        },
      }),
    );
    const tables = [
      await createPlainTable(db, 'one', { group: 'flow-logs', format: 'CLF', events: events.slice(0, 120) }),
      await createPlainTable(db, 'two', { group: 'flow-logs', format: 'CLF', events: events.slice(120) }),
    ];
    const definition = flowRuleText({
      Fields: { '4': 'Total', '7': 'total', '10': "by'tes?" },
      Contribution: {
        Keys: ['network(Total, 24, 64)', 'total', 'path(Total)', 'reach(Total)'],
        ValueOf: "by'tes?",
        Filters: [
          { Match: 'Total', In: texts },
          { Match: 'total', NotEqualTo: 3 },
          { Match: 'host(Total)', NotIn: ['b'] },
          {
            Any: [
              { Match: 'Total', Contains: ["'"] },
              { Match: "by'tes?", GreaterThan: 0.5 },
            ],
          },
        ],
      },
    });
    const { rule } = parseRule(definition);
    if (rule === null) throw new Error('The rule of the test is broken.');
    const report = await runReport(db, tables, rule, {
      ...reportDefaults,
    });
    const { text } = exportRule({ name: `odd\n'; DROP TABLE one; --`, definition, state: 'ENABLED' }, 'sql', tables);
    const rows = await db.read(new Sql(text));
    expect(report.contributors.length).toBeGreaterThan(5);
    expect(rows.map((row) => Object.values(row).map(String))).toEqual(
      report.contributors.map(({ keys, total }) => [...keys, String(total)]),
    );
    expect(text).toMatch(/^-- odd '; DROP TABLE one; --\n/);
  });

  test('runs, and gives nothing, where no log group is loaded', async () => {
    const { db, close } = await openTemporaryDatabase();
    onTestFinished(close);
    const { text } = exportRule({ name: 'a', definition: odd, state: 'ENABLED' }, 'sql', []);
    expect(text).toContain('No log group of the rule is loaded');
    expect(await db.read(new Sql(text))).toEqual([]);
  });

  test('a question mark in a literal or a name takes no value', () => {
    const statement = new Sql(`SELECT '?', "?""?", ?, 'it''s ?', ?`, ["a'?", null]);
    expect(inline(statement)).toBe(`SELECT '?', "?""?", 'a''?', 'it''s ?', NULL`);
  });
});
