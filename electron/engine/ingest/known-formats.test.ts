import { describe, expect, test } from 'vitest';
import { recognise } from './known-formats';
import { tokenize } from './tokens';

/** Name → value of the first message, by the names that were recognised. */
function nameTokens(...messages: string[]): Record<string, string | undefined> | null {
  const found = recognise(messages, null);
  const tokens = tokenize(messages[0] ?? '');
  return found && { kind: found.kind, ...Object.fromEntries(found.aliases.map((alias, i) => [alias, tokens[i]])) };
}

describe('recognise names the tokens of', () => {
  test('flow logs in the default format', () => {
    const record = '2 123456789010 eni-1 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK';
    expect(nameTokens(record)).toMatchObject({
      kind: 'VPC flow logs',
      srcaddr: '172.31.16.139',
      dstport: '22',
      'log-status': 'OK',
    });
  });

  test('flow logs below a header', () => {
    const header = ['tcp-flags', 'srcaddr'];
    expect(recognise(['3 10.0.0.1', '3 10.0.0.2'], header)).toEqual({ kind: 'VPC flow logs', aliases: header });
    expect(recognise(['a b c', 'd'], header)).toBeNull();
  });

  test('API Gateway access logs, of REST and of HTTP APIs', () => {
    expect(
      nameTokens(
        '203.0.113.9 - alice [10/Oct/2023:13:55:36 +0000] "GET /pets HTTP/1.1" 200 512 3dbe1c37-6c4f-4b3b-8d2a-0c1b2a3d4e5f Vwc2MGFUrPEFV_g=',
      ),
    ).toMatchObject({
      kind: 'API Gateway access',
      ip: '203.0.113.9',
      user: 'alice',
      status: '200',
      responseLength: '512',
    });
    expect(
      nameTokens(
        '203.0.113.9 - - [10/Oct/2023:13:55:36 +0000] "GET GET /hello/{name} HTTP/1.1" 200 17 JKJaXmPLvHcESHA=',
      ),
    ).toMatchObject({ kind: 'API Gateway access', requestId: 'JKJaXmPLvHcESHA=' });
  });

  test('API Gateway execution logs', () => {
    const id = '(3dbe1c37-6c4f-4b3b-8d2a-0c1b2a3d4e5f)';
    expect(nameTokens(`${id} Method completed with status: 200`, `${id} Sending request`, '[TRUNCATED]')).toMatchObject(
      {
        kind: 'API Gateway execution',
        'request id': id,
        status: '200',
      },
    );
  });

  test('Apache and nginx, with and without a host before', () => {
    const line = '192.0.2.1 - frank [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 2326 "http://e.com/" "curl/8.0"';
    expect(nameTokens(line)).toMatchObject({
      kind: 'Apache and nginx',
      client: '192.0.2.1',
      bytes: '2326',
      'user-agent': 'curl/8.0',
    });
    expect(nameTokens(`www.e.com:80 ${line}`)).toMatchObject({
      kind: 'Apache and nginx',
      host: 'www.e.com:80',
      status: '200',
    });
  });

  test('load balancers of all three kinds', () => {
    expect(
      nameTokens(
        'https 2018-07-02T22:23:00.186641Z app/my-lb/50dc 192.168.131.39:2817 10.0.0.1:80 0.086 0.048 0.037 200 200 0 57 "GET https://www.e.com:443/ HTTP/1.1" "curl/7.46.0" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:aws:elasticloadbalancing:x:1:targetgroup/t/73e2 "Root=1-58337281" "www.e.com" "arn:aws:acm:x:1:certificate/1" 1 2018-07-02T22:22:48.364000Z "authenticate,forward" "-" "-" "10.0.0.1:80" "200" "-" "-" TID_1',
      ),
    ).toMatchObject({
      kind: 'Load balancers',
      elb_status_code: '200',
      domain_name: 'www.e.com',
      conn_trace_id: 'TID_1',
    });
    expect(
      nameTokens(
        'tls 2.0 2018-12-20T02:59:40 net/my-lb/c6e7 g3d4 72.21.218.154:51341 172.100.100.185:443 5 2 98 246 - arn:aws:acm:x:1:certificate/2 - ECDHE-RSA-AES128-SHA tlsv12 - my-lb.elb.amazonaws.com h2 h2 "h2","http/1.1" 2018-12-20T02:59:30',
      ),
    ).toMatchObject({ kind: 'Load balancers', type: 'tls', listener: 'g3d4', tls_protocol_version: 'tlsv12' });
    expect(
      nameTokens(
        '2015-05-13T23:39:43.945958Z my-lb 192.168.131.39:2817 10.0.0.1:80 0.000073 0.001048 0.000057 200 200 0 29 "GET http://www.e.com:80/ HTTP/1.1" "curl/7.38.0" - -',
      ),
    ).toMatchObject({
      kind: 'Load balancers',
      elb: 'my-lb',
      backend_status_code: '200',
      request: 'GET http://www.e.com:80/ HTTP/1.1',
    });
  });

  test('S3 server access logs', () => {
    const owner = '79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be';
    expect(
      nameTokens(
        `${owner} bucket-1 [06/Feb/2019:00:00:38 +0000] 192.0.2.3 ${owner} 3E57427F3EXAMPLE REST.GET.VERSIONING - "GET /bucket-1?versioning HTTP/1.1" 200 - 113 - 7 - "-" "S3Console/0.4" -`,
      ),
    ).toMatchObject({
      kind: 'S3 server access',
      bucket: 'bucket-1',
      operation: 'REST.GET.VERSIONING',
      http_status: '200',
    });
  });

  test('CloudFront, by its own list of fields where the sample has it', () => {
    const line =
      '2019-12-04\t21:02:31\tLAX1\t392\t192.0.2.100\tGET\td111.cloudfront.net\t/index.html\t200\t-\tMozilla/5.0\t-\t-\tHit';
    expect(nameTokens(line)).toMatchObject({ kind: 'CloudFront', 'x-edge-location': 'LAX1', 'sc-status': '200' });
    const titled = recognise(['#Version: 1.0', '#Fields: date time x-edge-location', line, line, line], null);
    expect(titled).toEqual({ kind: 'CloudFront', aliases: ['date', 'time', 'x-edge-location'] });
  });

  test('public DNS queries', () => {
    expect(
      nameTokens('1.0 2017-12-13T08:16:02.130Z Z123412341234 example.com A NOERROR UDP FRA6 192.168.1.1 -'),
    ).toMatchObject({ kind: 'Route 53 public DNS', query_name: 'example.com', response_code: 'NOERROR' });
  });

  test('Lambda, by one line among those of the function', () => {
    const report =
      'REPORT RequestId: 7f1c Duration: 89.34 ms\tBilled Duration: 100 ms \tMemory Size: 128 MB\tMax Memory Used: 30 MB\t';
    expect(nameTokens(report, 'my line', 'my other line')).toMatchObject({
      kind: 'Lambda',
      'request id': '7f1c',
      duration: '89.34',
      'billed duration': '100',
      'memory used': '30',
    });
  });
});

test.each([
  [
    'Container Insights EKS',
    { Type: 'Pod', ClusterName: 'c', Timestamp: '1567096682364', kubernetes: {}, PodName: 'p' },
  ],
  ['Container Insights ECS', { Type: 'Task', ClusterName: 'c', Timestamp: 1623963900000, TaskId: 't', CpuUtilized: 1 }],
  ['CloudTrail', { eventVersion: '1.08', eventSource: 's3.amazonaws.com', eventName: 'GetObject', requestID: 'x' }],
  ['WAF', { timestamp: 1, webaclId: 'arn', httpRequest: {} }],
  ['Route 53 Resolver', { query_name: 'e.com.', query_type: 'A', rcode: 'NOERROR' }],
  ['API Gateway access', { requestId: 'x', httpMethod: 'GET', status: '200' }],
  ['API Gateway access', { requestId: 'x', routeKey: '$default', eventType: 'CONNECT', connectionId: 'y' }],
  ['Lambda', { time: 't', type: 'platform.report', record: {} }],
  ['Lambda', { timestamp: 't', level: 'INFO', requestId: 'x', message: 'm' }],
  ['Embedded metric format', { _aws: { Timestamp: 1, CloudWatchMetrics: [] }, latency: 3 }],
])('recognise knows %s as JSON', (kind, event) => {
  expect(recognise([JSON.stringify(event)], null)).toEqual({ kind, aliases: [] });
});

test('recognise needs more than half of the sample, and knows nothing about other logs', () => {
  const record = '2 123456789010 eni-1 1.1.1.1 1.1.1.2 1 2 6 20 4249 1418530010 1418530070 ACCEPT OK';
  expect(recognise([record, 'other'], null)).toBeNull();
  expect(recognise(['hello', '{"a":1}', '{broken', ''], null)).toBeNull();
  expect(recognise([], null)).toBeNull();
});
