import { describe, expect, test } from 'vitest';
import { importRules } from './import';

const body = {
  Schema: { Name: 'CloudWatchLogRule', Version: 1 },
  LogGroupNames: ['API-Gateway-Access-Logs*'],
  LogFormat: 'JSON',
  Contribution: { Keys: ['$.ip'], ValueOf: '$.bytes', Filters: [{ Match: '$.method', In: ['PUT', "it's"] }] },
  AggregateOn: 'Sum',
};
const text = JSON.stringify(body);

/** A part that a tool fills in. */
const hole = (name: string) => `\${${name}}`;

/** What was found, with bodies as values. */
function read(source: string) {
  const { form, rules, problems } = importRules(source);
  return {
    form,
    problems: problems.map(({ code }) => code),
    rules: rules.map((rule) => ({
      name: rule.name,
      state: rule.state,
      body: JSON.parse(rule.definition) as unknown,
      problems: rule.problems,
      notes: rule.notes,
    })),
  };
}

const one = (name: string | null, more: { state?: string; notes?: string[] } = {}) => [
  { name, state: 'ENABLED', body, problems: [], notes: [], ...more },
];

describe('a rule is found in', () => {
  test('its body, as it is written', () => {
    const spread = JSON.stringify(body, null, '\t');
    expect(importRules(spread).rules[0]?.definition).toBe(spread);
    expect(read(`\ufeff\n${text}\n`)).toEqual({ form: 'rule', problems: [], rules: one(null) });
  });

  test('a Markdown fence', () => {
    expect(read(`\`\`\`json\n${text}\n\`\`\``).rules).toEqual(one(null));
  });

  test('the answer of describe-insight-rules', () => {
    const answer = {
      InsightRules: [
        { Name: 'A', State: 'ENABLED', Schema: 'CloudWatchLogRule/1', Definition: text },
        { Name: 'B', State: 'DISABLED', Schema: 'CloudWatchLogRule/1', Definition: text, ManagedRule: false },
      ],
    };
    expect(read(JSON.stringify(answer))).toEqual({
      form: 'describe-insight-rules',
      problems: [],
      rules: [...one('A'), ...one('B', { state: 'DISABLED' })],
    });
    expect(read(JSON.stringify(answer.InsightRules)).rules).toHaveLength(2);
  });

  test('the arguments of PutInsightRule', () => {
    const args = { RuleName: 'A', RuleState: 'DISABLED', RuleDefinition: text };
    expect(read(JSON.stringify(args)).rules).toEqual(one('A', { state: 'DISABLED' }));
  });

  test('a list of samples', () => {
    const list = [{ Name: 'A', Description: 'Who?', Service: 'API', Definition: body }];
    expect(read(JSON.stringify(list))).toEqual({ form: 'samples', problems: [], rules: one('A') });
  });

  test('calls of the AWS command line, whatever their quotes', () => {
    const single = `aws cloudwatch put-insight-rule --rule-name A \\\n  --rule-definition '${text.replace("'", "'\\''")}'`;
    const double = `aws cloudwatch put-insight-rule --rule-state=DISABLED --rule-name "B 2" --rule-definition ${JSON.stringify(text)}`;
    expect(read(`${single}\n${double};`)).toEqual({
      form: 'aws-cli',
      problems: [],
      rules: [...one('A'), ...one('B 2', { state: 'DISABLED' })],
    });
  });

  describe('CloudFormation', () => {
    const resource = (properties: Record<string, unknown>) =>
      JSON.stringify({ Resources: { MyRule: { Type: 'AWS::CloudWatch::InsightRule', Properties: properties } } });

    test('with a name, and without one by its logical id', () => {
      expect(read(resource({ RuleName: 'A', RuleState: 'DISABLED', RuleBody: text }))).toEqual({
        form: 'cloudformation',
        problems: [],
        rules: one('A', { state: 'DISABLED' }),
      });
      expect(read(resource({ RuleName: { Ref: 'Name' }, RuleBody: text })).rules).toEqual(one('MyRule'));
    });

    test('with functions, whose unknown parts are named', () => {
      const filled = text.replace('API-Gateway-Access-Logs*', hole('Group'));
      const [start = '', end = ''] = filled.split(hole('Group'));
      const expected = [
        {
          name: 'A',
          note: `CloudFormation fills in ${hole('Group')}: write the values instead.`,
          groups: [hole('Group')],
        },
      ];
      for (const RuleBody of [{ 'Fn::Sub': filled }, { 'Fn::Join': ['', [start, { Ref: 'Group' }, end]] }]) {
        const { rules } = read(resource({ RuleName: 'A', RuleBody }));
        const found = rules.map(({ name, notes, body: read }) => ({
          name,
          note: notes[0],
          groups: (read as typeof body).LogGroupNames,
        }));
        expect(found).toEqual(expected);
      }
    });

    test.each([
      ['a block', (indent: string) => `|\n${JSON.stringify(body, null, 2).replace(/^/gm, `${indent}  `)}`],
      [
        'a block with !Sub',
        (indent: string) => `!Sub |-\n${JSON.stringify(body, null, 2).replace(/^/gm, `${indent}  `)}`,
      ],
      ['single quotes', () => `'${text.replaceAll("'", "''")}'`],
      ['double quotes', () => JSON.stringify(text)],
      ['a flow mapping', (indent: string) => JSON.stringify(body, null, 2).replaceAll('\n', `\n${indent}  `)],
    ])('in YAML, the body as %s', (_, write) => {
      const yaml = [
        'Resources:',
        '  MyRule:',
        '    Type: AWS::CloudWatch::InsightRule',
        '    Properties:',
        `      RuleBody: ${write('      ')}`,
        '      RuleState: DISABLED',
        '  Other:',
        '    Type: AWS::SNS::Topic',
      ].join('\n');
      expect(read(yaml)).toEqual({ form: 'cloudformation', problems: [], rules: one('MyRule', { state: 'DISABLED' }) });
      expect(read(yaml.replace('      RuleState', '      RuleName: "A"\n      RuleState')).rules[0]?.name).toBe('A');
    });
  });

  describe('Terraform', () => {
    const resource = (definition: string, more = '') =>
      `# who calls\nresource "aws_cloudwatch_contributor_insight_rule" "callers" {\n  rule_name = "A"\n${more}  rule_definition = ${definition}\n  tags = { a = "b" }\n}\n`;

    test.each([
      ['jsonencode', `jsonencode(${JSON.stringify(body).replaceAll('":', '" = ')})`],
      [
        'jsonencode with names, comments and line ends',
        `jsonencode({
          Schema = { Name = "CloudWatchLogRule", Version = 1 } # kind
          LogGroupNames = ["API-Gateway-Access-Logs*",]
          LogFormat : "JSON" // format
          Contribution = {
            /* who */ Keys = ["$.ip"]
            ValueOf = "$.bytes"
            Filters = [{
              Match = "$.method"
              In = ["PUT", "it's"]
            }]
          }
          AggregateOn = "Sum"
        })`,
      ],
      ['a heredoc', `<<EOF\n${JSON.stringify(body, null, 2)}\nEOF`],
      ['an indented heredoc', `<<-JSON\n${JSON.stringify(body, null, 2).replace(/^/gm, '    ')}\n    JSON`],
      ['a string', JSON.stringify(text)],
    ])('as %s', (_, definition) => {
      expect(read(resource(definition))).toEqual({ form: 'terraform', problems: [], rules: one('A') });
    });

    test('with several resources, states and labels', () => {
      const second = resource(`jsonencode(${text})`, '  rule_state = "DISABLED"\n')
        .replace('rule_name = "A"', `rule_name = "${hole('var.prefix')}-b"`)
        .replace('"callers"', '"second"');
      const { rules } = read(`${resource(`jsonencode(${text})`)}\n${second}`);
      expect(rules.map(({ name, state }) => [name, state])).toEqual([
        ['A', 'ENABLED'],
        ['second', 'DISABLED'],
      ]);
    });

    test('with references, which are named', () => {
      const definition = `jsonencode(${text.replace('"API-Gateway-Access-Logs*"', `aws_cloudwatch_log_group.api.name, "/x/${hole('var.env')}/*"`)})`;
      const { rules } = read(resource(definition));
      expect(rules[0]?.notes).toEqual([
        `Terraform fills in ${hole('aws_cloudwatch_log_group.api.name')}, ${hole('var.env')}: write the values instead.`,
      ]);
    });

    test('but not in another file', () => {
      const { rules } = importRules(resource('file("rule.json")'));
      expect(rules[0]?.notes).toEqual(['Line 4: file(…) is worked out by Terraform: paste what it gives.']);
    });
  });
});

describe('what is no rule', () => {
  test.each([
    ['nothing', '  '],
    ['other text', 'select * from logs'],
    ['other JSON', '{"a": 1}'],
    ['a number', '7'],
    ['an empty list of rules', '{"InsightRules": []}'],
    ['a template without rules', '{"Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {}}}}'],
  ])('%s says so', (_, source) => {
    expect(read(source)).toMatchObject({ rules: [], problems: ['rule/unknown-form'] });
  });

  test('broken JSON is a rule whose problem names the place', () => {
    const { form, rules } = importRules('{"Schema": {"Name": "CloudWatchLogRule", "Version": 1},\n "Filters": [ }');
    expect(form).toBe('rule');
    expect(rules[0]?.problems.map(({ place }) => place)).toEqual(['2:15']);
  });

  test('a managed rule says why it has no events here', () => {
    const managed = JSON.stringify({ ...body, Schema: { Name: 'ServiceLogRule', Version: 1 } });
    expect(importRules(managed).rules[0]?.notes).toHaveLength(1);
  });

  test.each([
    ['brackets', `rule_definition = jsonencode(${'['.repeat(100_000)}`],
    ['objects', `rule_definition = jsonencode(${'{a='.repeat(100_000)}`],
    ['an open string', `rule_definition = "${'a'.repeat(100_000)}`],
    ['an open heredoc', `rule_definition = <<EOF\n${'a\n'.repeat(10_000)}`],
    ['an open quote', `aws cloudwatch put-insight-rule --rule-definition '${'"\\'.repeat(50_000)}`],
    ['comments', `rule_definition = ${'/* # */ '.repeat(20_000)}`],
  ])('%s without end', (_, source) => {
    expect(importRules(source).rules.length).toBeLessThan(2);
  });

  test('a member named like one of every object stays an ordinary member', () => {
    const { rules } = importRules('rule_definition = jsonencode({ __proto__ = { Schema = 1 } })');
    expect(JSON.parse(rules[0]?.definition ?? '')).toHaveProperty(['__proto__']);
    expect(Object.keys(JSON.parse(rules[0]?.definition ?? '{}') as object)).toEqual(['__proto__']);
  });
});
