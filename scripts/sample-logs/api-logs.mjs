/** The requests written down as API Gateway does: a JSON access log, and the execution logs of a REST API. */
import { EXPORT_ROUTE, KEY_LIMIT } from './api-requests.mjs';
import { createRandom } from './random.mjs';
import { MINUTE_MS, REST_API, START_MS } from './story.mjs';

/**
 * @typedef {import('./api-requests.mjs').ApiRequest} ApiRequest
 * @typedef {{ path: string, lines: string[] }} LogFile
 */

const MONTH = 'Nov';
const STAGE = 'prod';
const ERRORS = /** @type {Record<number, [string, string]>} */ ({
  403: ['Forbidden', 'ACCESS_DENIED'],
  429: ['Too Many Requests', 'THROTTLED'],
  500: ['Internal server error', 'API_CONFIGURATION_ERROR'],
  504: ['Endpoint request timed out', 'INTEGRATION_TIMEOUT'],
});

/**
 * Access log: JSON lines, every value in quotes as `"$context…"` gives them, `-` for none.
 * A few lines are broken, since the gateway does not escape quotes in a caller's user agent.
 * @param {ApiRequest[]} requests by arrival
 * @returns {LogFile[]} one an hour
 */
export function makeAccessLog(requests) {
  const random = createRandom('access-log');
  const hourMs = 60 * MINUTE_MS;
  const brokenAt = new Set(Array.from({ length: 5 }, () => random.integer(0, requests.length - 1)));
  /** @type {string[][]} */
  const hours = Array.from({ length: 6 }, () => []);
  requests.forEach((request, i) => {
    const line = JSON.stringify(accessFields(request));
    const written = brokenAt.has(i) ? line.replace(/"userAgent":"[^"]*"/, '"userAgent":"Shop "Quick" Sync/0.3"') : line;
    hours[Math.floor((request.timeMs - START_MS) / hourMs)]?.push(written);
  });
  return hours.map((lines, hour) => ({
    path: `api-gateway-access/2026/11/19/harbour-market-access-2026-11-19-${String(6 + hour).padStart(2, '0')}.json.gz`,
    lines,
  }));
}

/** @param {ApiRequest} request */
function accessFields(request) {
  const { timeMs, customer, route, status, integrationMs, responseMs } = request;
  const isAnsweredBehind = integrationMs !== null && status !== 504;
  const [errorMessage, errorType] = ERRORS[status] ?? ['-', '-'];
  return {
    requestId: request.requestId,
    extendedRequestId: request.extendedRequestId,
    ip: request.address,
    caller: '-',
    user: '-',
    requestTime: formatRequestTime(timeMs),
    requestTimeEpoch: String(timeMs),
    httpMethod: route.method,
    resourcePath: route.path,
    status: String(status),
    protocol: 'HTTP/1.1',
    responseLength: String(request.bytes),
    responseLatency: String(responseMs),
    integrationLatency: integrationMs === null ? '-' : String(integrationMs),
    integrationStatus: isAnsweredBehind ? String(status) : '-',
    stage: STAGE,
    customerId: customer.id,
    apiKeyId: customer.apiKeyId,
    plan: customer.plan,
    userAgent: customer.userAgent,
    errorMessage,
    errorType,
  };
}

/** @param {number} timeMs */
function formatRequestTime(timeMs) {
  const iso = new Date(timeMs).toISOString();
  return `${iso.slice(8, 10)}/${MONTH}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
}

/**
 * Execution logs as an export task to S3 writes them: a time stamp before each message, a folder a log stream.
 * The stage logs errors; the export method, under watch, logs everything.
 * @param {ApiRequest[]} requests by arrival
 * @returns {LogFile[]}
 */
export function makeExecutionLogs(requests) {
  const random = createRandom('execution-logs');
  const streams = Array.from({ length: 4 }, () => ({
    name: random.hex(32),
    entries: /** @type {[number, string][]} */ ([]),
  }));
  for (const request of requests) {
    const { entries } = random.pick(streams);
    const startMs = request.timeMs + random.integer(0, 2);
    const endMs = request.timeMs + request.responseMs;
    for (const [isEnd, text] of executionLines(request))
      entries.push([isEnd ? Math.max(endMs, startMs) : startMs, `(${request.requestId}) ${text}`]);
  }
  const task = `${random.hex(8)}-${random.hex(4)}-4${random.hex(3)}-9${random.hex(3)}-${random.hex(12)}`;
  return streams.map(({ name, entries }) => {
    entries.sort(([a], [b]) => a - b);
    return {
      path: `api-gateway-execution/${task}/${name}/000000.gz`,
      lines: entries.map(([timeMs, message]) => `${new Date(timeMs).toISOString()} ${message}`),
    };
  });
}

/**
 * @param {ApiRequest} request
 * @returns {[isEnd: boolean, text: string][]}
 */
function executionLines(request) {
  const { requestId, route, status, throttledBy } = request;
  const isWatched = route === EXPORT_ROUTE;
  if (!isWatched && ![429, 500, 504].includes(status)) return [];
  const key = `${'*'.repeat(34)}${request.customer.apiKeyId.slice(-6)}`;
  const stage = `${REST_API}/${STAGE}`;
  /** @type {[boolean, string][]} */
  const opening = [
    [false, `Extended Request Id: ${request.extendedRequestId}`],
    [false, `Verifying Usage Plan for request: ${requestId}. API Key: ${key} API Stage: ${stage}`],
  ];
  /** @type {[boolean, string]} */
  const closing = [true, `Method completed with status: ${status}`];
  if (throttledBy) {
    const limit = throttledBy === 'shared key' ? KEY_LIMIT : { perSecond: 5, burst: 5 };
    const plan = throttledBy === 'shared key' ? 'nnpe3c' : 'st4rtr';
    const detail = `RestApi ${REST_API}, Stage ${STAGE}, Resource ${resourceId(route.path)}, HttpMethod ${route.method}`;
    return [
      ...opening,
      [
        false,
        `API Key ${key} exceeded throttle limit for API Stage ${stage}: Key throttle limit exceeded for Usage Plan ID ${plan}, ` +
          `${detail}. Limit: ${limit.perSecond.toFixed(2)} Burst: ${limit.burst}`,
      ],
      closing,
    ];
  }
  const failure =
    status === 504 ? 'Execution failed due to a timeout error' : 'Execution failed due to an internal error';
  if (!isWatched) return [[true, failure], closing];
  const received = `Received response. Status: ${status}, Integration latency: ${request.integrationMs} ms`;
  return [
    ...opening,
    [false, `Usage Plan check succeeded for API Key ${key} and API Stage ${stage}`],
    [false, `Starting execution for request: ${requestId}`],
    [false, `HTTP Method: ${route.method}, Resource Path: ${route.path}`],
    [false, `Sending request to http://export.harbour-market.example:8080/catalog/export`],
    .../** @type {[boolean, string][]} */ (
      status === 500 || status === 504
        ? [[true, failure]]
        : [
            [true, received],
            [true, 'Successfully completed execution'],
          ]
    ),
    closing,
  ];
}

/** The gateway's six-character id of a resource, made from its path. */
function resourceId(/** @type {string} */ path) {
  let hash = 7;
  for (const c of path) hash = (Math.imul(hash, 31) + c.charCodeAt(0)) >>> 0;
  return hash.toString(36).slice(-6).padStart(6, '0');
}
