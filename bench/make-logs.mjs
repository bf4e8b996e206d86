import { once } from 'node:events';
import { createReadStream, createWriteStream, existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { createRandom } from './random.mjs';

const eventsPerWrite = 10_000;
/** Epoch second of the first event. */
export const firstSecond = 1_763_532_000;
export const eventsPerSecond = 400;

/**
 * The data sets: a line a log event, the same for the same index everywhere.
 * @type {Record<string, (random: (limit: number) => number, index: number) => string>}
 */
export const dataSets = {
  flow: makeFlowRecord,
  performance: makePerformanceEvent,
  access: makeAccessLine,
  gateway: makeGatewayEvent,
};

/**
 * Writes a data set, plain and with gzip -6, each in a folder of its own. Files that are there already are used again.
 * @param {string} folder
 * @param {keyof typeof dataSets} name
 * @param {number} events
 * @returns {Promise<{ plain: string, gzip: string, bytes: number, gzipBytes: number }>}
 */
export async function makeLogs(folder, name, events) {
  const plain = path.join(folder, `${name}-${events}`, 'plain', `${name}.log`);
  const gzip = path.join(folder, `${name}-${events}`, 'gzip', `${name}.log.gz`);
  if (!existsSync(plain)) await writeEvents(plain, dataSets[name], events);
  if (!existsSync(gzip)) {
    mkdirSync(path.dirname(gzip), { recursive: true });
    await pipeline(createReadStream(plain), createGzip({ level: 6 }), createWriteStream(`${gzip}.partial`));
    renameSync(`${gzip}.partial`, gzip);
  }
  return { plain, gzip, bytes: statSync(plain).size, gzipBytes: statSync(gzip).size };
}

async function writeEvents(file, makeEvent, events) {
  mkdirSync(path.dirname(file), { recursive: true });
  const random = createRandom(20261119);
  const output = createWriteStream(`${file}.partial`);
  for (let index = 0; index < events; ) {
    const lines = [];
    for (let count = 0; count < eventsPerWrite && index < events; count++) lines.push(makeEvent(random, index++));
    if (!output.write(`${lines.join('\n')}\n`)) await once(output, 'drain');
  }
  output.end();
  await once(output, 'close');
  renameSync(`${file}.partial`, file);
}

/** A skewed choice: a few of the numbers below the limit make up most. */
function pickSkewed(random, limit) {
  return Math.floor(limit * (random(1_000_000) / 1_000_000) ** 3);
}

function makeAddress(source) {
  return `10.${(source >> 14) & 3}.${(source >> 8) & 63}.${source & 255}`;
}

/** A VPC flow record. @param {(limit: number) => number} random   @param {number} index */
export function makeFlowRecord(random, index) {
  const start = firstSecond + Math.floor(index / eventsPerSecond);
  const source = pickSkewed(random, 40_000);
  const target = random(600);
  const port = [443, 443, 443, 80, 5432, 22][random(6)];
  const action = random(25) === 0 ? 'REJECT' : 'ACCEPT';
  const networkInterface = `eni-0${(0xa1b2c000 + (source % 97)).toString(16)}`;
  return `2 123456789012 ${networkInterface} ${makeAddress(source)} 172.31.${target >> 8}.${target & 255} ${1024 + random(64_000)} ${port} 6 ${1 + random(900)} ${40 + random(1_400_000)} ${start} ${start + 59} ${action} OK`;
}

const namespaces = ['checkout', 'payments', 'catalog', 'search', 'kube-system', 'monitoring'];
const services = ['api', 'worker', 'proxy', 'cache', 'indexer', 'gateway', 'scheduler', 'mailer'];

/** Performance events of Container Insights on EKS: pods, and now and then a container or a node. */
function makePerformanceEvent(random, index) {
  const timestamp = String((firstSecond + Math.floor(index / eventsPerSecond)) * 1000 + random(1000));
  const pod = pickSkewed(random, 3000);
  const node = pod % 40;
  const namespace = namespaces[pod % namespaces.length];
  const service = services[pod % services.length];
  const hash = (0x7bc89750 + service.length * 7919).toString(16);
  const podName = `${service}-${hash}-${(0x100000 + pod * 2654435).toString(36).slice(-5)}`;
  const host = `ip-10-0-${node}-15.eu-west-1.compute.internal`;
  const common = {
    AutoScalingGroupName: 'eks-workers-3ec372ed-23a7-f809-4974-bee77e59e6ab',
    ClusterName: 'production',
    InstanceId: `i-0${(0x3672fb3a91e000 + node).toString(16)}`,
    InstanceType: 'm5.4xlarge',
  };
  const share = () => random(1_000_000_007) / 1_000_000_007;
  const kind = random(10);
  if (kind === 0) {
    return JSON.stringify({
      ...common,
      NodeName: host,
      Sources: ['cadvisor', '/proc', 'pod', 'calculated'],
      Timestamp: timestamp,
      Type: 'Node',
      Version: '0',
      kubernetes: { host },
      node_cpu_limit: 16000,
      node_cpu_usage_total: share() * 16000,
      node_cpu_utilization: share() * 100,
      node_memory_limit: 66_437_386_240,
      node_memory_working_set: random(2_000_000_000),
      node_memory_utilization: share() * 100,
      node_network_total_bytes: share() * 1e7,
      node_number_of_running_pods: random(110),
    });
  }
  const rx = share() * 1e5;
  const tx = share() * 1e5;
  return JSON.stringify({
    ...common,
    Namespace: namespace,
    NodeName: host,
    PodName: service,
    ...(kind < 3
      ? { Sources: ['cadvisor', 'pod', 'calculated'] }
      : { Service: `${service}-sbi`, Sources: ['cadvisor', 'calculated'] }),
    Timestamp: timestamp,
    Type: kind < 3 ? 'Container' : 'Pod',
    Version: '0',
    kubernetes: {
      host,
      labels: { app: service, 'pod-template-hash': hash },
      namespace_name: namespace,
      pod_id: `06b604d7-1ab0-40fa-93c4-${(0xd126dcc00000 + pod).toString(16)}`,
      pod_name: podName,
      pod_owners: [{ owner_kind: 'Deployment', owner_name: service }],
    },
    pod_cpu_utilization: share() * 100,
    pod_memory_utilization: share() * 100,
    pod_memory_working_set: random(2_000_000_000),
    pod_network_rx_bytes: rx,
    pod_network_tx_bytes: tx,
    pod_network_total_bytes: rx + tx,
    pod_number_of_container_restarts: random(1000) === 0 ? 1 : 0,
  });
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const agents = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15',
  'Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0',
  'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
  'curl/8.11.0',
  'python-requests/2.32.3',
];

/** Combined Log Format, as Apache and nginx write it. */
function makeAccessLine(random, index) {
  const date = new Date((firstSecond + Math.floor(index / eventsPerSecond)) * 1000);
  const two = (value) => String(value).padStart(2, '0');
  const time = `${two(date.getUTCDate())}/${months[date.getUTCMonth()]}/${date.getUTCFullYear()}:${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} +0000`;
  const page = pickSkewed(random, 20_000);
  const method = ['GET', 'GET', 'GET', 'GET', 'POST', 'HEAD'][random(6)];
  const status = [200, 200, 200, 200, 200, 304, 404, 301, 500][random(9)];
  const size = status === 304 ? '-' : String(200 + random(90_000));
  const referrer = random(3) === 0 ? '-' : `https://www.example.com/articles/${page % 977}`;
  return `${makeAddress(pickSkewed(random, 40_000))} - - [${time}] "${method} /articles/${page}?page=${random(20)} HTTP/1.1" ${status} ${size} "${referrer}" "${agents[random(6)]}"`;
}

/** Access logs of API Gateway in its JSON preset: numbers in quotes, `-` for none. */
function makeGatewayEvent(random, index) {
  const date = new Date((firstSecond + Math.floor(index / eventsPerSecond)) * 1000);
  const two = (value) => String(value).padStart(2, '0');
  const time = `${two(date.getUTCDate())}/${months[date.getUTCMonth()]}/${date.getUTCFullYear()}:${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} +0000`;
  const hex = (digits) =>
    random(2 ** 30)
      .toString(16)
      .padStart(digits, '0')
      .slice(-digits);
  const resource = pickSkewed(random, 200);
  const status = [200, 200, 200, 200, 201, 204, 403, 404, 429, 502][random(10)];
  return JSON.stringify({
    requestId: `${hex(8)}-${hex(4)}-${hex(4)}-${hex(4)}-${hex(6)}${hex(6)}`,
    ip: makeAddress(pickSkewed(random, 40_000)),
    caller: '-',
    user: random(4) === 0 ? `user-${pickSkewed(random, 5000)}` : '-',
    requestTime: time,
    httpMethod: ['GET', 'GET', 'POST', 'PUT'][random(4)],
    resourcePath: `/v1/${namespaces[resource % 6]}/{id}/${services[resource % 8]}${resource}`,
    status: String(status),
    protocol: 'HTTP/1.1',
    responseLength: String(random(50_000)),
    integrationLatency: status === 403 ? '-' : String(3 + pickSkewed(random, 3000)),
  });
}
