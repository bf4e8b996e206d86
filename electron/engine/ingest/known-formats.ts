import { isClfShape } from './event-time';
import { defaultFlowFields, isDefaultFlowRecord } from './flow-log';
import { tokenize } from './tokens';
import { isW3cHeader } from './w3c-log';

/** What the events of a log group are, by the name that the sample rules use, and the names of their token positions. */
export type KnownFormat = { kind: string; aliases: string[] };

/**
 * Recognises the events of a log group: more than half of the sample must be of one kind; of Lambda's lines, which stand among
 * those of the function, one is enough.
 * @param messages a sample of events, all of one format
 * @param header field names of a header that was found above events of the group, be it that of a flow log or a W3C log
 * @returns null where they are none of the known formats; `aliases` is empty for JSON events
 * @see docs/formats.md §4
 */
export function recognise(messages: readonly string[], header: readonly string[] | null): KnownFormat | null {
  const counts = new Map<TokenFormat, number>();
  const kinds = new Map<string, number>();
  const isW3c = header !== null && isW3cHeader(header);
  let titled: readonly string[] | null = isW3c ? header : null;
  for (const message of messages) {
    const object = readObject(message);
    if (object !== null) {
      const kind = jsonFormats.find(({ matches }) => matches(object))?.kind;
      if (kind !== undefined) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      continue;
    }
    const tokens = tokenize(message);
    if (tokens[0] === '#Fields:') titled = tokens.slice(1);
    const isHeaded = header !== null && tokens.length === header.length;
    const format = isHeaded && !isW3c ? headedFlowLog : tokenFormats.find(({ matches }) => matches(tokens));
    if (format !== undefined) count(counts, format);
    else if (isHeaded) count(counts, w3cLog);
  }
  const half = messages.length / 2;
  for (const [kind, found] of kinds) if (found > half) return { kind, aliases: [] };
  const formats = [...counts];
  const [format] = formats.find(([, found]) => found > half) ?? formats.find(([{ kind }]) => kind === 'Lambda') ?? [];
  if (format === undefined) return null;
  if (format === headedFlowLog || format === w3cLog) return { kind: format.kind, aliases: [...(header ?? [])] };
  // CloudFront says in its files which fields they have.
  const { kind, fields } = format;
  return { kind, aliases: [...(kind === 'CloudFront' && titled !== null ? titled : fields)] };
}

type JsonFormat = { kind: string; matches: (event: Record<string, unknown>) => boolean };
type TokenFormat = { kind: string; fields: readonly string[]; matches: (tokens: readonly string[]) => boolean };

const has = (event: Record<string, unknown>, ...names: string[]) => names.every((name) => Object.hasOwn(event, name));

/** In this order: the first that matches counts. */
const jsonFormats: readonly JsonFormat[] = [
  { kind: 'Container Insights ECS', matches: (event) => isPerformanceEvent(event) && isOfEcs(event) },
  { kind: 'Container Insights EKS', matches: isPerformanceEvent },
  { kind: 'CloudTrail', matches: (event) => has(event, 'eventVersion', 'eventSource', 'eventName') },
  { kind: 'WAF', matches: (event) => has(event, 'webaclId', 'httpRequest') },
  { kind: 'Route 53 Resolver', matches: (event) => has(event, 'query_name', 'query_type', 'rcode') },
  {
    kind: 'API Gateway access',
    matches: (event) =>
      has(event, 'requestId') &&
      ['httpMethod', 'routeKey', 'resourcePath', 'eventType'].some((name) => has(event, name)),
  },
  {
    kind: 'Lambda',
    matches: (event) =>
      (has(event, 'type', 'record') && String(event.type).startsWith('platform.')) ||
      (has(event, 'timestamp', 'level', 'message') && (has(event, 'requestId') || has(event, 'AWSRequestId'))),
  },
  { kind: 'Embedded metric format', matches: (event) => has(event, '_aws') },
];

const headedFlowLog: TokenFormat = { kind: 'VPC flow logs', fields: [], matches: () => false };

/** IIS and others. */
const w3cLog: TokenFormat = { kind: 'W3C extended log', fields: [], matches: () => false };

const words = (text: string) => text.trim().split(/\s+/);

const apiGatewayFields = words(
  'ip caller user requestTime request status responseLength requestId extendedRequestId integrationErrorMessage',
);
const webSocketFields = words('ip caller user requestTime request status requestId');
const webServerFields = words('client ident user time request status bytes referrer user-agent forwarded-for');
const albFields = words(`type time elb client:port target:port request_processing_time target_processing_time
  response_processing_time elb_status_code target_status_code received_bytes sent_bytes request user_agent ssl_cipher
  ssl_protocol target_group_arn trace_id domain_name chosen_cert_arn matched_rule_priority request_creation_time
  actions_executed redirect_url error_reason target:port_list target_status_code_list classification
  classification_reason conn_trace_id transformed_host transformed_uri request_transform_status`);
const nlbFields = words(`type version time elb listener client:port destination:port connection_time tls_handshake_time
  received_bytes sent_bytes incoming_tls_alert chosen_cert_arn chosen_cert_serial tls_cipher tls_protocol_version
  tls_named_group domain_name alpn_fe_protocol alpn_be_protocol alpn_client_preference_list
  tls_connection_creation_time`);
const classicBalancerFields = words(`time elb client:port backend:port request_processing_time backend_processing_time
  response_processing_time elb_status_code backend_status_code received_bytes sent_bytes request user_agent ssl_cipher
  ssl_protocol`);
const s3Fields = words(`bucket_owner bucket time remote_ip requester request_id operation key request_uri http_status
  error_code bytes_sent object_size total_time turn_around_time referer user_agent version_id host_id signature_version
  cipher_suite authentication_type host_header tls_version access_point_arn acl_required source_region`);
const cloudFrontFields = words(`date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status
  cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol
  cs-bytes time-taken x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type cs-protocol-version
  fle-status fle-encrypted-fields c-port time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len
  sc-range-start sc-range-end`);
const publicDnsFields = words(`version query_timestamp hosted_zone_id query_name query_type response_code protocol
  edge_location resolver_address edns_client_subnet`);
/** Of a `REPORT` line; `START` and `END` lines have the request id in the same place. */
const lambdaFields = ['word 1', 'word 2', 'request id', 'word 4', 'duration', 'word 6', 'word 7', 'word 8'].concat(
  ['billed duration', 'word 10', 'word 11', 'word 12', 'memory size', 'word 14', 'word 15', 'word 16', 'word 17'],
  ['memory used'],
);
/** Of the line `Method completed with status: 200`. */
const executionFields = ['request id', 'word 2', 'word 3', 'word 4', 'word 5', 'status'];

/** In this order: the first that matches counts. */
const tokenFormats: readonly TokenFormat[] = [
  { kind: 'VPC flow logs', fields: defaultFlowFields, matches: isDefaultFlowRecord },
  { kind: 'API Gateway access', fields: apiGatewayFields, matches: isApiGatewayAccess },
  { kind: 'API Gateway access', fields: webSocketFields, matches: isWebSocketAccess },
  { kind: 'Apache and nginx', fields: webServerFields, matches: isWebServerAccess },
  {
    kind: 'Apache and nginx',
    fields: ['host', ...webServerFields],
    matches: (tokens) => isWebServerAccess(tokens.slice(1)),
  },
  {
    kind: 'API Gateway execution',
    fields: executionFields,
    matches: ([first = '']) => /^\([0-9a-f]{8}-[0-9a-f-]{27}\)$/.test(first),
  },
  {
    kind: 'Lambda',
    fields: lambdaFields,
    matches: ([word = '', next]) => /^(START|END|REPORT)$/.test(word) && next === 'RequestId:',
  },
  {
    kind: 'Load balancers',
    fields: albFields,
    matches: (tokens) =>
      /^(https?|h2|grpcs|wss?)$/.test(tokens[0] ?? '') && isIsoTime(tokens[1]) && tokens.length >= 20,
  },
  {
    kind: 'Load balancers',
    fields: nlbFields,
    matches: ([type, , time, , , ...rest]) => type === 'tls' && isIsoTime(time) && rest.length >= 10,
  },
  {
    kind: 'Load balancers',
    fields: classicBalancerFields,
    matches: (tokens) => isIsoTime(tokens[0]) && tokens.length >= 12 && / (HTTP\/[0-9.]+|-) *$/.test(tokens[11] ?? ''),
  },
  {
    kind: 'S3 server access',
    fields: s3Fields,
    matches: ([owner = '', , time = '']) => /^([0-9a-f]{64}|-)$/.test(owner) && isClfShape(time),
  },
  {
    kind: 'CloudFront',
    fields: cloudFrontFields,
    matches: ([date = '', time = '', edge = '']) =>
      /^[0-9]{4}(-[0-9]{2}){2}$/.test(date) && /^[0-9]{2}(:[0-9]{2}){2}$/.test(time) && /^[A-Z]{3}[0-9]/.test(edge),
  },
  {
    kind: 'Route 53 public DNS',
    fields: publicDnsFields,
    matches: ([version = '', time, zone = '']) =>
      /^[0-9]\.[0-9]$/.test(version) && isIsoTime(time) && /^Z[0-9A-Z]+$/.test(zone),
  },
];

function count(counts: Map<TokenFormat, number>, format: TokenFormat): void {
  counts.set(format, (counts.get(format) ?? 0) + 1);
}

function readObject(message: string): Record<string, unknown> | null {
  if (!/^[ \t\r\n]*\{/.test(message)) return null;
  try {
    return JSON.parse(message) as Record<string, unknown>;
  } catch {
    return null; // a line like any other
  }
}

function isPerformanceEvent(event: Record<string, unknown>): boolean {
  return has(event, 'Type', 'ClusterName', 'Timestamp');
}

/** EKS and ECS share `Type` and `ClusterName`; on Kubernetes there is a node, a namespace or the part named for it. */
function isOfEcs(event: Record<string, unknown>): boolean {
  return !has(event, 'kubernetes') && !has(event, 'Namespace') && !has(event, 'NodeName') && !has(event, 'Sources');
}

function isIsoTime(text: string | undefined): boolean {
  return text !== undefined && /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:/.test(text);
}

/** `client - user [time] "request" status bytes …` */
function isWebServerAccess(tokens: readonly string[]): boolean {
  return isClfShape(tokens[3] ?? '') && /^[0-9]{3}$/.test(tokens[5] ?? '') && tokens.length >= 7;
}

/** The same with a request id behind it: a UUID for REST, 16 characters of base64 for HTTP APIs. */
function isApiGatewayAccess(tokens: readonly string[]): boolean {
  if (!isClfShape(tokens[3] ?? '') || !/^([0-9]{3}|-)$/.test(tokens[5] ?? '')) return false;
  return /^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|UUID_REPLACED_INVALID_REQUEST_ID|[\w+/-]{10,}=)$/.test(
    tokens[7] ?? '',
  );
}

/** `ip caller user [time] "CONNECT $connect CONNECTION" status requestId` */
function isWebSocketAccess(tokens: readonly string[]): boolean {
  if (tokens.length !== 7 || !isClfShape(tokens[3] ?? '')) return false;
  return /^(CONNECT|MESSAGE|DISCONNECT|-) \S+ \S+$/.test(tokens[4] ?? '') && /^[\w+/-]{10,}=$/.test(tokens[6] ?? '');
}
