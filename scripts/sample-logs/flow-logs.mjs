/**
 * VPC flow logs, version 2, default format, 60-second aggregation, delivered to S3: a header line, then records.
 * The flow log covers the node, load balancer and bastion interfaces; the gateway and data subnets have none,
 * so a conversation with them appears once per direction.
 */
import { createRandom, createSampler, zipf } from './random.mjs';
import {
  ACCOUNT,
  FLOODED_NODES,
  floodBytesPerSecond,
  MINUTES,
  NODES,
  PRICE_FEED,
  REGION,
  rhythm,
  SCAN,
  START_MS,
} from './story.mjs';

/**
 * @typedef {[address: string, port: number]} End
 * @typedef {import('./story.mjs').Node} Node
 * @typedef {ReturnType<typeof createRandom>} Random
 */

const HEADER =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status';
const TCP = 6;
const UDP = 17;
const ICMP = 1;
const HOUR_SECONDS = 3_600;
const LAST_HOUR = 5;

const BALANCERS = [
  { eni: 'eni-0f91c3b5a7d2e4860', address: '10.0.0.14', address6: '2001:db8:4c1:a000::14' },
  { eni: 'eni-0f07b4d8e6a1c2935', address: '10.0.16.22', address6: '2001:db8:4c1:a010::22' },
];
const BASTION = { eni: 'eni-09d5e7f2b3c1a8460', address: '10.0.0.200' };
const IDLE_ENI = 'eni-0aa4c81e5d9f37b26';
const RESOLVER = '10.0.0.2';
const REMOVED_REPLICA = '10.0.66.31';

const DATABASE = {
  ends: /** @type {End} */ (['10.0.66.25', 5432]),
  request: [900, 4_200, 11_000, 34_000, 190_000],
  answer: [2_000, 18_000, 64_000, 260_000, 1_900_000],
};
const CACHE = {
  ends: /** @type {End} */ (['10.0.66.90', 6379]),
  request: [600, 2_100, 5_400, 12_000, 60_000],
  answer: [900, 7_000, 22_000, 75_000, 400_000],
};
const QUEUE = {
  ends: /** @type {End} */ (['10.0.67.40', 9092]),
  request: [800, 3_000, 9_000, 30_000, 120_000],
  answer: [400, 1_200, 3_000, 9_000, 30_000],
};
/** What the nodes call inside the VPC; request and answer are quantiles of bytes per conversation. */
const sampleInside = createSampler([
  [DATABASE, 34],
  [CACHE, 26],
  [QUEUE, 10],
]);

/** The API's private link: two balancer addresses that call the nodes. */
const LINK_ADDRESSES = ['10.0.64.10', '10.0.80.10'];

/** What the nodes call over HTTPS, with quantiles of the answer's bytes per conversation. */
const sampleOutside = createSampler([
  [{ address: PRICE_FEED, answer: [3_000, 9_000, 26_000, 60_000, 150_000] }, 16],
  [{ address: '203.0.113.40', answer: [2_400, 7_000, 15_000, 40_000, 160_000] }, 30], // card payments
  [{ address: '192.0.2.18', answer: [1_800, 20_000, 160_000, 900_000, 9_000_000] }, 22], // object storage
  [{ address: '198.51.100.140', answer: [900, 1_800, 3_000, 6_000, 12_000] }, 14], // traces and metrics
  [{ address: '192.0.2.77', answer: [1_200, 2_600, 4_000, 8_000, 26_000] }, 9], // e-mail
  [{ address: '203.0.113.201', answer: [2_000, 4_000, 9_000, 24_000, 60_000] }, 5], // parcel carrier
  [{ address: '192.0.2.130', answer: [1_500, 3_000, 5_000, 9_000, 30_000] }, 4], // address check
]);

const sampleNoisePort = createSampler([
  [22, 30],
  [23, 26],
  [3389, 14],
  [445, 12],
  [8080, 9],
  [6379, 6],
  [5900, 5],
  [1433, 5],
  [8443, 4],
  [2375, 3],
  [5432, 3],
  [9200, 2],
]);

/** @returns {{ path: string, lines: string[] }[]} one file an hour */
export function makeFlowLogs() {
  const random = createRandom('flow-logs');
  const { records, add, addConversation, addGap } = createRecorder(random);
  const ephemeral = () => random.integer(32_768, 60_999);
  const stranger = () => `198.${random.integer(18, 19)}.${random.integer(0, 255)}.${random.integer(1, 254)}`;
  const shopper = (/** @type {number} */ i) =>
    i % 31 === 7 ? `2001:db8:${random.hex(3)}:${random.hex(2)}::${random.hex(3)}` : stranger();
  const sampleShopper = createSampler(
    zipf(
      Array.from({ length: 5_200 }, (_, i) => shopper(i)),
      60,
    ),
  );
  const sampleNoise = createSampler(zipf(Array.from({ length: 420 }, stranger), 12));

  MINUTES.forEach((minuteMs, minute) => {
    const level = rhythm(minuteMs);
    const repeat = (/** @type {number} */ count, /** @type {() => void} */ work) => {
      for (let i = Math.round(random.vary(count * level, 0.2)); i > 0; i--) work();
    };
    repeat(62, () => addShopper(minuteMs));
    repeat(9, () => addBalancing(minuteMs));
    repeat(7, () => addLinkCall(minuteMs));
    repeat(14, () => addInsideCall(minuteMs));
    repeat(18, () => addOutsideCall(minuteMs));
    repeat(5, () => addNameLookup(minuteMs));
    addFlood(minuteMs, minute);
    addRejects(minuteMs, level);
    if (minute % 10 === 3) addGap(minuteMs, IDLE_ENI, 'NODATA');
    if (minute % 10 === 8 && !isScanned(minuteMs)) addGap(minuteMs, BASTION.eni, 'NODATA');
  });
  addScan();
  return toFiles();

  function addShopper(/** @type {number} */ minuteMs) {
    const client = sampleShopper(random.next());
    const balancer = random.pick(BALANCERS);
    const address = client.includes(':') ? balancer.address6 : balancer.address;
    const request = random.fromQuantiles([500, 900, 1_700, 3_200, 7_000, 30_000]);
    const answer = random.fromQuantiles([2_000, 20_000, 90_000, 260_000, 700_000, 4_000_000]);
    addConversation(minuteMs, balancer.eni, [client, ephemeral()], [address, 443], request, answer);
  }

  function addBalancing(/** @type {number} */ minuteMs) {
    const balancer = random.pick(BALANCERS);
    const node = random.pick(NODES);
    /** @type {[End, End]} */
    const ends = [
      [balancer.address, ephemeral()],
      [node.address, 30_080],
    ];
    const request = random.fromQuantiles([9_000, 30_000, 70_000, 160_000]);
    addConversation(minuteMs, balancer.eni, ...ends, request, 12 * request);
    addConversation(minuteMs, node.eni, ...ends, request, 12 * request);
  }

  function addLinkCall(/** @type {number} */ minuteMs) {
    const node = random.pick(NODES);
    const request = random.fromQuantiles([700, 3_100, 8_200, 21_000, 90_000]);
    const answer = random.fromQuantiles([1_200, 9_000, 31_000, 90_000, 400_000]);
    addConversation(
      minuteMs,
      node.eni,
      [random.pick(LINK_ADDRESSES), ephemeral()],
      [node.address, 30_443],
      request,
      answer,
    );
  }

  function addInsideCall(/** @type {number} */ minuteMs) {
    const node = random.pick(NODES);
    const { ends, request, answer } = sampleInside(random.next());
    const bytes = [random.fromQuantiles(request), random.fromQuantiles(answer)];
    addConversation(minuteMs, node.eni, [node.address, ephemeral()], ends, Number(bytes[0]), Number(bytes[1]));
  }

  function addOutsideCall(/** @type {number} */ minuteMs) {
    const node = random.pick(NODES);
    const { address, answer } = sampleOutside(random.next());
    const bytes = random.fromQuantiles(answer);
    addConversation(minuteMs, node.eni, [node.address, ephemeral()], [address, 443], 600 + bytes / 9, bytes);
  }

  function addNameLookup(/** @type {number} */ minuteMs) {
    const node = random.pick(NODES);
    /** @type {End} */
    const asker = [node.address, ephemeral()];
    const packets = random.integer(1, 6);
    add(minuteMs, node.eni, asker, [RESOLVER, 53], UDP, packets, packets * random.integer(62, 84));
    add(minuteMs, node.eni, [RESOLVER, 53], asker, UDP, packets, packets * random.integer(96, 210));
  }

  /** The broken catalog-export pods read the price list from the feed, over and over. */
  function addFlood(/** @type {number} */ minuteMs, /** @type {number} */ minute) {
    FLOODED_NODES.forEach((index, pod) => {
      const node = /** @type {Node} */ (NODES[index]);
      const bytesPerSecond = floodBytesPerSecond(pod, minute);
      let bytesLeft = bytesPerSecond * 60;
      for (let flows = bytesLeft > 0 ? random.integer(3, 5) : 0; flows > 0; flows--) {
        const bytes = flows === 1 ? bytesLeft : Math.round(random.vary(bytesLeft / flows, 0.4));
        bytesLeft -= bytes;
        addConversation(minuteMs, node.eni, [node.address, ephemeral()], [PRICE_FEED, 443], bytes / 500, bytes);
      }
      if (bytesPerSecond > 8_000_000 && random.chance(0.06)) addGap(minuteMs, node.eni, 'SKIPDATA');
    });
  }

  /** What public addresses are refused at any time, and one node that still calls a database replica taken away long ago. */
  function addRejects(/** @type {number} */ minuteMs, /** @type {number} */ level) {
    for (let i = Math.round(random.vary(7, 0.6)); i > 0; i--) {
      const target = random.pick([BASTION, BASTION, BASTION, ...BALANCERS]);
      const packets = random.integer(1, 3);
      /** @type {[End, End]} */
      const ends = [
        [sampleNoise(random.next()), ephemeral()],
        [target.address, sampleNoisePort(random.next())],
      ];
      add(minuteMs, target.eni, ...ends, TCP, packets, packets * 44, 'REJECT');
    }
    if (random.chance(0.35)) {
      const target = random.pick(BALANCERS);
      add(minuteMs, target.eni, [sampleNoise(random.next()), 0], [target.address, 0], ICMP, 1, 84, 'REJECT');
    }
    if (random.chance(0.5)) {
      const port = random.pick([123, 161, 1900, 5060]);
      add(
        minuteMs,
        BASTION.eni,
        [sampleNoise(random.next()), ephemeral()],
        [BASTION.address, port],
        UDP,
        1,
        90,
        'REJECT',
      );
    }
    const node = /** @type {Node} */ (NODES[4]);
    for (let i = Math.round(random.vary(1.6 * level, 0.9)); i > 0; i--)
      add(minuteMs, node.eni, [node.address, ephemeral()], [REMOVED_REPLICA, 5432], TCP, 3, 180, 'REJECT');
  }

  function isScanned(/** @type {number} */ minuteMs) {
    return minuteMs >= SCAN.fromMs && minuteMs < SCAN.toMs;
  }

  /** One host knocks on thousands of the bastion's ports; every connection is refused. */
  function addScan() {
    const minutes = MINUTES.filter(isScanned);
    const ports = random.shuffle(Array.from({ length: 9_000 }, (_, i) => i + 1)).slice(0, 6_413);
    ports.forEach((port, i) => {
      const minuteMs = Number(minutes[Math.floor((i * minutes.length) / ports.length)]);
      const tries = random.chance(0.22) ? 2 : 1;
      for (let n = 0; n < tries; n++)
        add(minuteMs, BASTION.eni, [SCAN.source, 40_211 + n], [BASTION.address, port], TCP, 1, 44, 'REJECT');
    });
  }

  /** A file holds the records that end in its hour; the last one also takes those that end after the span. */
  function toFiles() {
    const hourOf = (/** @type {number} */ seconds) =>
      Math.min(LAST_HOUR, Math.floor((seconds - START_MS / 1000) / HOUR_SECONDS));
    records.sort((a, b) => a.endSeconds - b.endSeconds || (a.eni < b.eni ? -1 : a.eni > b.eni ? 1 : 0));
    return Array.from({ length: LAST_HOUR + 1 }, (_, hour) => {
      const clock = `${String(6 + hour).padStart(2, '0')}00`;
      const name = `${ACCOUNT}_vpcflowlogs_${REGION}_fl-0c4e7a19b2d85f360_20261119T${clock}Z_${random.hex(8)}.log.gz`;
      const lines = records.filter(({ endSeconds }) => hourOf(endSeconds) === hour).map(({ line }) => line);
      return { path: `workshop-flow-logs/${name}`, lines: [HEADER, ...lines] };
    });
  }
}

function createRecorder(/** @type {Random} */ random) {
  /** @type {{ eni: string, endSeconds: number, line: string }[]} */
  const records = [];
  return { records, add, addConversation, addGap };

  /**
   * @param {number} minuteMs
   * @param {string} eni
   * @param {End} from
   * @param {End} to
   * @param {number} protocol
   * @param {number} packets
   * @param {number} bytes
   */
  function add(minuteMs, eni, from, to, protocol, packets, bytes, action = 'ACCEPT') {
    const startSeconds = minuteMs / 1000 + random.integer(0, 9);
    const endSeconds = startSeconds + random.pick([56, 57, 58, 58, 59, 59, 60, 60, 60]);
    const flow = `${from[0]} ${to[0]} ${from[1]} ${to[1]} ${protocol} ${packets} ${bytes}`;
    const line = `2 ${ACCOUNT} ${eni} ${flow} ${startSeconds} ${endSeconds} ${action} OK`;
    records.push({ eni, endSeconds, line });
  }

  /**
   * Adds both directions of a TCP conversation as one interface sees them; packets follow from the bytes.
   * @param {number} minuteMs
   * @param {string} eni
   * @param {End} client
   * @param {End} server
   * @param {number} requestBytes
   * @param {number} answerBytes
   */
  function addConversation(minuteMs, eni, client, server, requestBytes, answerBytes) {
    const up = Math.max(160, Math.round(requestBytes));
    const down = Math.max(160, Math.round(answerBytes));
    const downPackets = Math.ceil(down / 1_400) + random.integer(2, 4);
    const upPackets = Math.max(Math.ceil(up / 1_400) + 2, Math.ceil(downPackets / 2));
    add(minuteMs, eni, client, server, TCP, upPackets, up + 40 * upPackets);
    add(minuteMs, eni, server, client, TCP, downPackets, down + 40 * downPackets);
  }

  function addGap(/** @type {number} */ minuteMs, /** @type {string} */ eni, /** @type {string} */ status) {
    const startSeconds = minuteMs / 1000 + random.integer(0, 9);
    const endSeconds = startSeconds + 59;
    const line = `2 ${ACCOUNT} ${eni} - - - - - - - ${startSeconds} ${endSeconds} - ${status}`;
    records.push({ eni, endSeconds, line });
  }
}
