import { describe, expect, test } from 'vitest';
import { printProblem } from '../../../shared/problem';
import { importRules } from './import';

/**
 * Rules that AWS has published in its documentation, its sample repositories and its workshops, written down from their
 * parameters, with the mistakes that some of them have.
 */
type Sample = {
  keys: string[];
  summed?: string;
  filters?: Record<string, unknown>[];
  fields?: Record<string, string>;
  sum?: boolean;
  groups?: string[];
  more?: Record<string, unknown>;
};

function write({
  keys,
  valueOf: summed,
  filters = [],
  fields,
  sum = false,
  groups = ['logs'],
  more = {},
}: Sample): string {
  return JSON.stringify(
    {
      Schema: { Name: 'CloudWatchLogRule', Version: 1 },
      LogGroupNames: groups,
      LogFormat: fields === undefined ? 'JSON' : 'CLF',
      ...(fields !== undefined && { Fields: fields }),
      Contribution: { Keys: keys, ...(summed !== undefined && { ValueOf: summed }), Filters: filters },
      AggregateOn: sum ? 'Sum' : 'Count',
      ...more,
    },
    null,
    4,
  );
}

const flow = { '4': 'srcaddr', '5': 'dstaddr', '7': 'dstport', '10': 'bytes', '13': 'action' };
const custom = { ...flow, '8': 'protocol', '22': 'subnet-id', '23': 'tcp-flag', '25': 'vpc-id' };
const tcp = { '3': 'interfaceID', '4': 'sourceAddress', '8': 'protocol', '13': 'action' };
const columns =
  'Date,Time,Edge Location,Bytes Out,Viewer IP,HTTP Method,Host,URI Path,HTTP Status,Referer,User-Agent,Query String,Cookie,Edge Result Type,Edge Request ID,Host Header,Viewer Protocol,Bytes In,Time Taken,x-forwarded-for,SSL Protocol,SSL Cipher,Edge Response Result Type,Protocol Version,FLE Status,FLE fields,Viewer Port,Time to First Byte,x-edge-detailed-result-type,Content Type,Content Length,Range start,Range end'.split(
    ',',
  );
const cloudFront = Object.fromEntries(columns.map((name, index) => [String(index + 1), name]));
const edge = { fields: cloudFront, summed: 'Bytes Out', groups: ['cloudfront'] };
const waf = { groups: ['aws-waf-logs-*'] };
const blocked = { Match: '$.action', In: ['BLOCK'] };
const arn = '$.userIdentity.arn';
const address = '$.sourceIPAddress';
const event = '$.eventName';
const source = (...names: string[]) => ({ Match: '$.eventSource', In: names.map((name) => `${name}.amazonaws.com`) });
const named = (...names: string[]) => ({ Match: event, In: names });
const resource = (...types: string[]) => ({ Match: '$.resources[0].type', In: types });
const city = { Match: '$.clientLocation.city', IsPresent: true };
const place = ['$.clientLocation.city', '$.clientLocation.networkName'];
const zone = { Match: '$.AZ-ID', In: ['use1-az1'] };
const operation = { Match: '$.Operation', In: ['GetOrder'] };

const sound: [string, Sample][] = [
  // User guide and command line
  [
    'JSON syntax',
    {
      keys: ['$.ip'],
      summed: '$.requestBytes',
      filters: [{ Match: '$.httpMethod', In: ['PUT'] }],
      sum: true,
      groups: ['API-Gateway-Access-Logs*', 'Log-group-name2'],
    },
  ],
  [
    'CLF syntax',
    {
      keys: ['IpAddress'],
      filters: [{ Match: 'StatusCode', EqualTo: 200 }],
      fields: { '4': 'IpAddress', '7': 'StatusCode' },
    },
  ],
  [
    'filter fragments',
    {
      keys: ['$.eventName'],
      filters: [
        { Match: '$.StatusCode', EqualTo: 200 },
        { Match: '$.BytesReceived', GreaterThan: 10000 },
        { Match: '$.eventSource', StartsWith: ['ec2', 'ecs'] },
      ],
    },
  ],
  ['VPC byte transfers', { keys: ['srcaddr', 'dstaddr'], summed: 'bytes', fields: flow, sum: true }],
  [
    'VPC HTTPS requests',
    {
      keys: ['destination address'],
      summed: 'packet count',
      filters: [{ Match: 'destination port', EqualTo: 443 }],
      fields: { '5': 'destination address', '7': 'destination port', '9': 'packet count' },
      sum: true,
    },
  ],
  [
    'VPC rejected TCP connections',
    {
      keys: ['interfaceID', 'sourceAddress'],
      filters: [
        { Match: 'protocol', EqualTo: 6 },
        { Match: 'action', In: ['REJECT'] },
      ],
      fields: tcp,
      sum: true,
    },
  ],
  ['Route 53 NXDOMAIN', { keys: ['$.srcaddr'], filters: [{ Match: '$.rcode', StartsWith: ['NXDOMAIN'] }] }],
  ['Route 53 queries by name', { keys: ['$.query_name'] }],
  ['Route 53 queries by type and source', { keys: ['$.query_type', '$.srcaddr'] }],
  [
    'Internet Monitor availability',
    {
      keys: place,
      summed: '$.awsInternetHealth.availability.percentageOfTotalTrafficImpacted',
      filters: [city],
      sum: true,
    },
  ],
  [
    'Internet Monitor latency',
    {
      keys: place,
      summed: '$.awsInternetHealth.performance.percentageOfTotalTrafficImpacted',
      filters: [city],
      sum: true,
    },
  ],
  ['Internet Monitor traffic', { keys: place, summed: '$.percentageOfTotalTraffic', filters: [city], sum: true }],
  ['Transfer Family sign-ins', { keys: ['$.user'], filters: [{ Match: '$.activity-type', In: ['AUTH_FAILURE'] }] }],
  ['command line, flow logs', { keys: ['tcp-flag'], fields: { '23': 'tcp-flag' } }],
  ['command line, rule A', { keys: ['$.requestId'] }],
  // Flow logs
  [
    'accepts by port and subnet',
    { keys: ['dstport', 'subnet-id'], filters: [{ Match: 'action', StartsWith: ['ACCEPT'] }], fields: custom },
  ],
  ['accepts and rejects by VPC', { keys: ['action', 'vpc-id'], fields: custom }],
  ['bytes by VPC', { keys: ['vpc-id'], summed: 'bytes', fields: custom, sum: true }],
  [
    'rejects by port and source',
    { keys: ['dstport', 'srcaddr'], filters: [{ Match: 'action', In: ['REJECT'] }], fields: custom },
  ],
  ['requests by TCP flag', { keys: ['tcp-flag'], fields: custom }],
  [
    'SSH by action and source',
    { keys: ['srcaddr', 'dstaddr', 'action'], filters: [{ Match: 'dstport', EqualTo: 22 }], fields: flow },
  ],
  [
    'establishing requests',
    {
      keys: ['srcaddr'],
      filters: [
        { Match: 'protocol', EqualTo: 6 },
        { Match: 'tcp-flag', StartsWith: ['2', '3', '19'] },
      ],
      fields: custom,
    },
  ],
  // CloudFront: a value even where events are counted
  ['CloudFront bytes by location', { ...edge, keys: ['Edge Location'], sum: true }],
  [
    'CloudFront cache misses',
    {
      ...edge,
      keys: ['URI Path'],
      filters: [
        { Match: 'Edge Result Type', In: ['Miss'] },
        { Match: 'HTTP Method', In: ['GET', 'HEAD'] },
      ],
    },
  ],
  ['CloudFront edge status', { ...edge, keys: ['x-edge-detailed-result-type', 'Edge Location'] }],
  [
    'CloudFront errors',
    {
      ...edge,
      keys: ['Edge Location', 'URI Path'],
      filters: [
        { Match: 'HTTP Status', StartsWith: ['5', '4'] },
        { Match: 'Edge Result Type', StartsWith: ['Error', 'LimitExceeded', 'CapacityExceeded'] },
      ],
    },
  ],
  ['CloudFront methods', { ...edge, keys: ['HTTP Method'] }],
  ['CloudFront URIs', { ...edge, keys: ['URI Path'] }],
  ['CloudFront URIs and agents', { ...edge, keys: ['URI Path', 'User-Agent'] }],
  ['CloudFront statuses', { ...edge, keys: ['HTTP Status', 'Edge Location'] }],
  // WAF
  ['WAF terminating rules', { ...waf, keys: ['$.terminatingRuleId'] }],
  [
    'WAF blocked addresses and URIs',
    { ...waf, keys: ['$.httpRequest.clientIp', '$.httpRequest.uri'], filters: [blocked] },
  ],
  [
    'WAF rate based',
    { ...waf, keys: ['$.httpRequest.clientIp'], filters: [{ Match: '$.terminatingRuleType', In: ['RATE_BASED'] }] },
  ],
  [
    'WAF rule group 1',
    { ...waf, keys: ['$.ruleGroupList[1].terminatingRule.ruleId', '$.ruleGroupList[1].terminatingRule.action'] },
  ],
  ['WAF countries', { ...waf, keys: ['$.httpRequest.country'], filters: [blocked] }],
  ['WAF allowed', { ...waf, keys: ['$.httpRequest.clientIp'], filters: [{ Match: '$.action', In: ['ALLOW'] }] }],
  // AI workloads in CloudTrail
  [
    'AI model callers',
    { keys: [arn, event], filters: [source('bedrock'), named('InvokeModel', 'Converse', 'ConverseStream')] },
  ],
  ['AI sessions', { keys: [arn, event, address], filters: [source('bedrock'), resource('AWS::Bedrock::Session')] }],
  [
    'AI access denied',
    {
      keys: [arn, '$.eventSource', event, address],
      filters: [
        source('s3', 'lambda', 'kms'),
        { Match: '$.errorCode', In: ['AccessDenied', 'UnauthorizedOperation'] },
        { Match: '$.userIdentity.type', In: ['AssumedRole'] },
      ],
    },
  ],
  [
    'AI calls but AssumeRole',
    { keys: ['$.eventSource', event], filters: [source('bedrock', 's3'), { Match: event, NotIn: ['AssumeRole'] }] },
  ],
  [
    'AI training data',
    { keys: [arn, '$.requestParameters.bucketName'], filters: [source('s3'), named('GetObject', 'CopyObject')] },
  ],
  [
    'AI gateway callers',
    {
      keys: ['$.additionalEventData.jwt.claims.sub', address, '$.resources[0].ARN'],
      filters: [source('bedrock-agentcore'), named('InvokeGateway')],
    },
  ],
  // S3 in JSON
  [
    'S3 deletes',
    {
      keys: ['$.requester', '$.bucket_name'],
      filters: [{ Match: '$.operation', In: ['REST.DELETE.OBJECT', 'REST.POST.MULTI_OBJECT_DELETE'] }],
    },
  ],
  ['S3 agents', { keys: ['$.user_agent', '$.bucket_name'] }],
  ['S3 errors', { keys: ['$.bucket_name', '$.error_code'], filters: [{ Match: '$.http_status', GreaterThan: 399 }] }],
  // Workshops and solutions
  [
    'EKS network bytes',
    {
      keys: ['$.PodName'],
      summed: '$.pod_interface_network_total_bytes',
      sum: true,
      groups: ['/aws/containerinsights/CLUSTER/performance'],
    },
  ],
  ['multi-AZ instances', { keys: ['$.InstanceId'], filters: [zone, operation] }],
  ['multi-AZ faults', { keys: ['$.InstanceId'], filters: [zone, operation, { Match: '$.Faults', GreaterThan: 0 }] }],
  [
    'Lex sessions',
    {
      keys: ['$.sessionId'],
      filters: [
        { Match: '$.bot.id', In: ['B'] },
        { Match: '$.bot.localeId', In: ['en_US'] },
      ],
    },
  ],
];

describe('a rule that AWS published', () => {
  test.each(sound)('%s is taken as it stands', (_, sample) => {
    const { rules } = importRules(write(sample));
    expect(rules.map(({ problems }) => problems)).toEqual([[]]);
  });

  test('by ARN of a log group, with a colon or a slash', () => {
    const body = (name: string) =>
      write({ keys: ['$.pettype'], more: { LogGroupNames: undefined, LogGroupARNs: [name] } });
    for (const sign of [':', '/']) {
      const { rules } = importRules(
        body(`arn:aws:logs:us-east-1:123456789012:log-group${sign}API-Gateway-Access-Logs`),
      );
      expect(rules.map(({ problems }) => problems)).toEqual([[]]);
    }
  });

  /** The mistakes of AWS's own pages, and what is said about them. */
  const mistaken: [string, string, string[]][] = [
    [
      'flow logs: a blank behind a name',
      write({
        keys: ['srcaddr', 'action'],
        filters: [
          { Match: 'dstport ', EqualTo: 22 },
          { Match: 'action', In: ['REJECT'] },
        ],
        fields: flow,
      }),
      ['Contribution.Filters[0].Match: "Fields" defines no alias "dstport ". Did you mean "dstport"?'],
    ],
    [
      'TotalConnectionsRule: the bracket of the filters is not closed',
      write({
        keys: ['interfaceID', 'sourceAddress'],
        filters: [{ Match: 'protocol', EqualTo: 6 }],
        fields: tcp,
        sum: true,
      }).replace(/\]\s*\},\s*"AggregateOn"/, '},\n    "AggregateOn"'),
      ['26:9: Expected a comma, but found "}".'],
    ],
    [
      'pettype: a letter too much',
      write({ keys: ['$.pettype'] }).replace('"Filters": []', '"Filters": []c'),
      ['14:22: Not JSON: found "c" where a value or the end was expected.'],
    ],
    [
      'S3: a value at the top, one string for a list',
      write({
        keys: ['$.requester', '$.remote_ip'],
        filters: [
          { Match: '$.operation', StartsWith: 'REST.GET.OBJECT' },
          { Match: '$.http_status', EqualTo: 200 },
        ],
        sum: true,
        more: { ValueKey: '$.bytes_sent_size' },
      }),
      [
        'ValueKey: A rule has no member "ValueKey". Did you mean "Contribution.ValueOf"?',
        'Contribution.Filters[0].StartsWith: AWS takes an array of strings here, no string alone. Write ["REST.GET.OBJECT"].',
      ],
    ],
    [
      'S3 and AgentCore: numbers in a list of texts',
      write({ keys: ['$.remote_ip'], filters: [{ Match: '$.http_status', In: [403, 404] }] }),
      [
        'Contribution.Filters[0].In[0]: AWS takes strings in "In", no numbers. Write "403".',
        'Contribution.Filters[0].In[1]: AWS takes strings in "In", no numbers. Write "404".',
      ],
    ],
  ];

  test.each(mistaken)('%s', (_, text, messages) => {
    const { rules } = importRules(text);
    expect(rules.flatMap(({ problems }) => problems.map(printProblem))).toEqual(messages);
  });
});
