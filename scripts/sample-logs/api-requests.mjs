/** The API requests of the incident, before they are written down in two logs. */
import { makeCustomers, SHARED_KEY } from './customers.mjs';
import { createRandom, createSampler } from './random.mjs';
import {
  at,
  END_MS,
  MINUTE_MS,
  MINUTES,
  ROLLBACK_MS,
  ROLLOUT_MS,
  rhythm,
  START_MS,
  STORM,
  stormLevel,
} from './story.mjs';

/**
 * @typedef {import('./customers.mjs').Customer} Customer
 * @typedef {{ method: string, path: string, weight: number, latencies: number[], bytes: number[] }} Route
 * @typedef {{
 *   timeMs: number, requestId: string, extendedRequestId: string, customer: Customer, address: string, route: Route,
 *   status: number, throttledBy: 'shared key' | 'own key' | null, integrationMs: number | null, responseMs: number, bytes: number,
 * }} ApiRequest `timeMs` is when the request came in; the latencies are milliseconds
 */

/** The usage plan's limit for the shared API key: a token bucket. */
export const KEY_LIMIT = { perSecond: 1, burst: 20 };

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** API Gateway gives an integration up after this time. */
const TIMEOUT_MS = 29_000;

/** @type {Route[]} */
const ROUTES = [
  route('GET', '/v1/products/{sku}', 260, [4, 11, 17, 24, 38, 210], [900, 1_600, 2_400, 9_000]),
  route('GET', '/v1/search', 160, [22, 48, 71, 110, 190, 900], [2_000, 9_000, 18_000, 60_000]),
  route('GET', '/v1/stock/{sku}', 130, [3, 7, 10, 15, 22, 120], [110, 140, 180, 240]),
  route('PUT', '/v1/stock/{sku}', 92, [8, 16, 24, 33, 52, 260], [60, 80, 110, 130]),
  route('GET', '/v1/orders', 90, [18, 34, 52, 84, 150, 700], [400, 6_000, 22_000, 90_000]),
  route('GET', '/v1/orders/{orderId}', 72, [6, 13, 19, 28, 44, 220], [900, 1_500, 2_300, 5_000]),
  route('POST', '/v1/orders', 58, [40, 78, 110, 160, 260, 1_400], [300, 520, 800, 1_200]),
  route('GET', '/v1/prices', 50, [12, 26, 41, 66, 120, 640], [800, 5_000, 16_000, 48_000]),
  route('PUT', '/v1/prices/{sku}', 21, [9, 18, 27, 38, 60, 300], [60, 80, 110, 130]),
  route('POST', '/v1/shipments', 20, [30, 55, 80, 130, 220, 900], [240, 380, 520, 700]),
  route('GET', '/v1/shipments/{shipmentId}', 15, [7, 15, 22, 31, 50, 260], [500, 700, 900, 1_400]),
  route('GET', '/v1/webhooks', 8, [5, 9, 13, 18, 28, 90], [200, 400, 700, 2_000]),
  route('POST', '/v1/returns', 7, [28, 50, 72, 120, 200, 800], [240, 360, 480, 640]),
];
export const EXPORT_ROUTE = route(
  'GET',
  '/v1/catalog/export',
  22,
  [420, 760, 1_100, 1_500, 2_200, 6_800],
  [120_000, 340_000, 700_000, 1_600_000],
);

/** @returns {Route} */
function route(
  /** @type {string} */ method,
  /** @type {string} */ path,
  /** @type {number} */ weight,
  /** @type {number[]} */ latencies,
  /** @type {number[]} */ bytes,
) {
  return { method, path, weight, latencies, bytes };
}

/**
 * @typedef {{ timeMs: number, customer: Customer, route: Route, retries: number, isOverOwnLimit: boolean }} Arrival
 *   `retries` is how often the caller comes back after 429
 */

/** @returns {ApiRequest[]} all requests by arrival */
export function makeRequests() {
  const random = createRandom('api-requests');
  return answerAll(makeArrivals()).filter(({ timeMs }) => timeMs < END_MS);

  /** @returns {Arrival[]} in order of time */
  function makeArrivals() {
    const { batch, sharing, others, sampleOther } = makeCustomers();
    const sampleRoute = createSampler([...ROUTES, EXPORT_ROUTE].map((route) => [route, route.weight]));
    const syncRoutes = ROUTES.filter(({ path }) => ['/v1/stock/{sku}', '/v1/orders', '/v1/prices'].includes(path));
    /** @type {Arrival[]} */
    const arrivals = [];

    /** @type {(timeMs: number, customer: Customer, route: Route, more?: Partial<Arrival>) => void} */
    const arrive = (timeMs, customer, route, more) =>
      arrivals.push({ timeMs: Math.floor(timeMs), customer, route, retries: 0, isOverOwnLimit: false, ...more });

    // Everyone calls at least twice, the big shops much more often.
    for (const customer of others)
      for (let i = 0; i < 2; i++) arrive(pickBusyMoment(), customer, sampleRoute(random.next()));
    for (const minuteMs of MINUTES) {
      const anyTime = () => minuteMs + random.next() * MINUTE_MS;
      for (let i = Math.round(random.vary(62 * rhythm(minuteMs), 0.15)); i > 0; i--)
        arrive(anyTime(), sampleOther(random.next()), sampleRoute(random.next()));
      for (let i = Math.round(random.vary(185 * stormLevel(minuteMs), 0.12)); i > 0; i--) {
        const timeMs = anyTime();
        if (timeMs < STORM.toMs) arrive(timeMs, batch, EXPORT_ROUTE);
      }
    }
    for (const customer of sharing) {
      let timeMs = START_MS + random.integer(0, 25 * MINUTE_MS);
      for (; timeMs < END_MS; timeMs += random.integer(21 * MINUTE_MS, 29 * MINUTE_MS))
        for (let i = 0; i < 3; i++)
          arrive(timeMs + random.integer(0, 9_000), customer, random.pick(syncRoutes), { retries: 2 });
    }
    for (let timeMs = START_MS + 4 * MINUTE_MS; timeMs < END_MS; timeMs += 12 * MINUTE_MS)
      for (let i = 0; i < 10; i++) arrive(timeMs + i * 1_400 + random.integer(0, 900), batch, EXPORT_ROUTE);

    // Two shops with a key of their own run into its limit, at other times and for reasons of their own.
    const [first, second] = others.filter(({ plan }) => plan === 'starter');
    for (let i = 0; i < 4; i++) {
      if (first) arrive(at('07:11:12') + i * 90, first, EXPORT_ROUTE, { isOverOwnLimit: true });
      if (second) arrive(at('10:43:41') + i * 90, second, EXPORT_ROUTE, { isOverOwnLimit: true });
    }
    return arrivals.sort((a, b) => a.timeMs - b.timeMs);
  }

  function pickBusyMoment() {
    for (;;) {
      const timeMs = START_MS + random.next() * (END_MS - START_MS);
      if (random.chance(rhythm(timeMs) / 1.2)) return timeMs;
    }
  }

  /** Answers in order of time, so that the token bucket of the shared key decides who is throttled. */
  function answerAll(/** @type {Arrival[]} */ arrivals) {
    /** @type {ApiRequest[]} */
    const requests = [];
    let [tokens, filledMs] = [KEY_LIMIT.burst, START_MS];
    for (let i = 0; i < arrivals.length; i++) {
      const arrival = /** @type {Arrival} */ (arrivals[i]);
      const { timeMs, customer, route, retries } = arrival;
      /** @type {ApiRequest['throttledBy']} */
      let throttledBy = arrival.isOverOwnLimit ? 'own key' : null;
      if (customer.apiKeyId === SHARED_KEY.apiKeyId) {
        tokens = Math.min(KEY_LIMIT.burst, tokens + ((timeMs - filledMs) / 1000) * KEY_LIMIT.perSecond);
        filledMs = timeMs;
        if (tokens >= 1) tokens -= 1;
        else throttledBy = 'shared key';
      }
      if (throttledBy && retries > 0) {
        const again = { ...arrival, timeMs: timeMs + random.integer(1_500, 4_500), retries: retries - 1 };
        insert(arrivals, again, i + 1);
      }
      requests.push({
        timeMs,
        requestId: makeRequestId(timeMs),
        extendedRequestId: random.text(BASE64, 5) + random.pick(['FoAMEdSA=', 'GrPEFV_g=', 'HrPEFh8g=', 'EXoAMEZwA=']),
        customer,
        address: random.pick(customer.addresses),
        route,
        throttledBy,
        ...(throttledBy ? refuse() : answer(timeMs, route)),
      });
    }
    return requests;
  }

  /** Share of the catalog-export pods that run the broken version at a moment: both ways, pod by pod. */
  function brokenShare(/** @type {number} */ timeMs) {
    const since = (/** @type {number} */ fromMs) => Math.min(3, Math.max(0, Math.ceil((timeMs - fromMs) / 30_000)));
    return (since(ROLLOUT_MS) - since(ROLLBACK_MS)) / 3;
  }

  /** @returns {Pick<ApiRequest, 'status' | 'integrationMs' | 'responseMs' | 'bytes'>} */
  function answer(/** @type {number} */ timeMs, /** @type {Route} */ route) {
    let integrationMs = Math.round(random.fromQuantiles(route.latencies));
    let status = route.method === 'POST' ? 201 : route.method === 'PUT' ? 204 : 200;
    const luck = random.next();
    if (route === EXPORT_ROUTE && random.chance(brokenShare(timeMs))) {
      integrationMs = random.integer(17_000, 28_600);
      if (random.chance(0.83)) [status, integrationMs] = [504, TIMEOUT_MS + random.integer(0, 11)];
    } else if (route.path.startsWith('/v1/prices') && random.chance(0.4 * brokenShare(timeMs))) {
      integrationMs += random.integer(600, 5_200);
      if (random.chance(0.06)) status = 503;
    } else if (luck < 0.0009) status = random.pick([500, 503]);
    else if (luck < 0.018 && route.path.includes('{')) status = 404;
    else if (luck < 0.024 && route.method !== 'GET') status = 400;
    else if (luck < 0.026) status = 403;
    let bytes = Math.round(random.fromQuantiles(route.bytes));
    if (status === 204) bytes = 0;
    if (status >= 400) bytes = status === 504 ? 41 : random.integer(36, 96);
    return { status, integrationMs, responseMs: integrationMs + random.integer(2, 9), bytes };
  }

  /** @returns {ReturnType<typeof answer>} */
  function refuse() {
    return { status: 429, integrationMs: null, responseMs: random.integer(1, 3), bytes: 31 };
  }

  /** A version 1 UUID: time, then one of the gateway's hosts. */
  function makeRequestId(/** @type {number} */ timeMs) {
    const ticks = (BigInt(timeMs) * 10_000n + 122_192_928_000_000_000n + BigInt(random.integer(0, 9_999)))
      .toString(16)
      .padStart(15, '0');
    const host = random.pick(['9a41-93e8deadbe0f', 'b7d2-4f61c08a3e55', '8c06-1d9be7f2a430', 'a95e-e20c7b64d8f1']);
    return `${ticks.slice(7)}-${ticks.slice(3, 7)}-1${ticks.slice(0, 3)}-${host}`;
  }
}

/** Keeps `arrivals` in order of time; the ones before `firstPlace` have been answered. */
function insert(/** @type {Arrival[]} */ arrivals, /** @type {Arrival} */ arrival, /** @type {number} */ firstPlace) {
  let place = firstPlace;
  while (Number(arrivals[place]?.timeMs) <= arrival.timeMs) place++;
  arrivals.splice(place, 0, arrival);
}
