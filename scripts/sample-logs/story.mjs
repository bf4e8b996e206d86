/**
 * The facts that all four log groups agree on: docs/sample-incident.md tells them in words.
 * Addresses come from the ranges reserved for documentation (RFC 5737, 3849) and benchmarks (RFC 2544), and belong to nobody.
 */
import { createRandom } from './random.mjs';

/** @returns epoch milliseconds of a time of the incident's day, such as `08:40:00` (UTC) */
export function at(/** @type {string} */ clock) {
  return Date.parse(`2026-11-19T${clock}Z`);
}

export const MINUTE_MS = 60_000;
export const START_MS = at('06:00:00');
export const END_MS = at('12:00:00');

/** Starts of all minutes of the span, epoch milliseconds. */
export const MINUTES = Array.from({ length: (END_MS - START_MS) / MINUTE_MS }, (_, i) => START_MS + i * MINUTE_MS);

export const SCAN = { fromMs: at('08:27:00'), toMs: at('08:49:00'), source: '198.51.100.23' };
export const ROLLOUT_MS = at('08:40:00');
export const STORM = { fromMs: at('08:43:00'), fullMs: at('08:52:00'), toMs: at('09:36:20') };
export const ROLLBACK_MS = at('09:35:00');

export const ACCOUNT = '048213775190';
export const REGION = 'eu-west-2';
export const REST_API = 'a1b2c3d4e5';
export const CLUSTER = 'harbour-market';
export const CUSTOMERS = 2_400;
export const BATCH_CUSTOMER = 'cust-00417';
export const PRICE_FEED = '203.0.113.88';

/** @typedef {{ address: string, eni: string, instance: string, name: string }} Node */

export const NODES = [
  node('10.0.34.87', 'eni-0a17c5e2d94b6f301', 'i-0c3f9b7a51e28d640'),
  node('10.0.36.12', 'eni-0b82f46a1c7d3e905', 'i-07d4e1c86fa2b3958'),
  node('10.0.38.201', 'eni-0c59d0e3b7a418f26', 'i-0e95a2d7c4b81f036'),
  node('10.0.51.64', 'eni-0d26b8f17e5c94a03', 'i-01b6f8e3d92c7a450'),
  node('10.0.53.9', 'eni-0e73a1d9c05b8f264', 'i-0f42c7b90d5e1a836'),
];

/** @returns {Node} */
function node(/** @type {string} */ address, /** @type {string} */ eni, /** @type {string} */ instance) {
  return { address, eni, instance, name: `ip-${address.split('.').join('-')}.${REGION}.compute.internal` };
}

/** Indexes of the nodes that run the three catalog-export pods of the broken version. */
export const FLOODED_NODES = [0, 1, 3];

/** @type {[clock: string, level: number][]} */
const RHYTHM = [
  ['06:00:00', 0.46],
  ['06:45:00', 0.6],
  ['07:30:00', 0.78],
  ['08:15:00', 0.95],
  ['09:00:00', 1],
  ['10:15:00', 1.14],
  ['11:00:00', 1.1],
  ['12:00:00', 0.98],
];

/** @returns how busy the shop is at a moment of the span, about 1 at the height of the morning */
export function rhythm(/** @type {number} */ timeMs) {
  let [fromMs, from] = [START_MS, 0];
  for (const [clock, level] of RHYTHM) {
    const untilMs = at(clock);
    if (timeMs < untilMs) return from + ((level - from) * (timeMs - fromMs)) / (untilMs - fromMs);
    [fromMs, from] = [untilMs, level];
  }
  return from;
}

/** @returns the retry storm's strength at a moment, 0 to 1 */
export function stormLevel(/** @type {number} */ timeMs) {
  if (timeMs < STORM.fromMs || timeMs >= STORM.toMs) return 0;
  return Math.min(1, 0.08 + (0.92 * (timeMs - STORM.fromMs)) / (STORM.fullMs - STORM.fromMs));
}

const random = createRandom('flood');
const FLOOD = FLOODED_NODES.map((_, pod) =>
  MINUTES.map((minuteMs) => {
    if (minuteMs < ROLLOUT_MS + MINUTE_MS || minuteMs >= ROLLBACK_MS + MINUTE_MS) return 0;
    return Math.round(random.vary(2_000_000 + 8_000_000 * stormLevel(minuteMs) - 900_000 * pod, 0.18));
  }),
);

/** @returns bytes per second that a pod (index) of the broken version reads from the price feed in a minute (index) of the span */
export function floodBytesPerSecond(/** @type {number} */ pod, /** @type {number} */ minute) {
  return FLOOD[pod]?.[minute] ?? 0;
}
