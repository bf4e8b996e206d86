/** What the help says of log formats; docs/formats.md says all of it, and a test compares the names. */

/** What may stand around a message in a file, and how it is told. */
export const containers: { names: string[]; looks: string }[] = [
  { names: ['plain lines'], looks: 'a message a line, or JSON' },
  { names: ['export task'], looks: 'of S3: TIME MESSAGE; lines without a time continue the one before' },
  { names: ['aws logs tail'], looks: 'TIME STREAM MESSAGE' },
  { names: ['filter-log-events', 'get-log-events'], looks: '{"events": [{"timestamp": …, "message": …}, …]}' },
  { names: ['subscription', 'Firehose'], looks: '{"logGroup": …, "logEvents": […]}, also back to back' },
  { names: ['Lambda event'], looks: '{"awslogs": {"data": "BASE64"}} of the same' },
  { names: ['CloudTrail file'], looks: '{"Records": […]}' },
  { names: ['Logs Insights, CSV', 'Logs Insights, JSON'], looks: 'results with @timestamp and @message' },
];

/** What a message is recognised as, so that its fields have names. */
export const formats: { names: string[]; detail: string }[] = [
  { names: ['VPC flow logs'], detail: 'versions 2 to 10, with or without a header; also Parquet' },
  {
    names: ['API Gateway'],
    detail: 'access logs as CLF, JSON, XML and CSV of REST, HTTP and WebSocket APIs; execution logs',
  },
  { names: ['Container Insights, EKS', 'Container Insights, ECS', 'Embedded metric format'], detail: 'JSON' },
  { names: ['CloudTrail', 'WAF', 'Route 53 Resolver'], detail: 'JSON' },
  { names: ['Route 53 public DNS'], detail: 'lines of tokens' },
  { names: ['Load balancers'], detail: 'application, network and classic' },
  { names: ['CloudFront', 'S3 server access'], detail: 'standard logs' },
  { names: ['Lambda, text', 'Lambda, JSON'], detail: 'START, END and REPORT lines, or JSON' },
  {
    names: ['Apache', 'nginx', 'IIS'],
    detail: 'common, combined and virtual-host access logs; W3C logs with #Fields:',
  },
];
