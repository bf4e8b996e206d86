/** Container Insights performance events of the EKS cluster: each minute, an event for every node, pod, network interface and container. */
import { createRandom } from './random.mjs';
import {
  CLUSTER,
  FLOODED_NODES,
  floodBytesPerSecond,
  MINUTE_MS,
  MINUTES,
  NODES,
  ROLLBACK_MS,
  ROLLOUT_MS,
  rhythm,
  STORM,
} from './story.mjs';

/**
 * @typedef {{
 *   app: string, namespace: string, version: string, hash: string, nodes: number[], cpu: number, memoryMb: number, bytesPerSecond: number,
 *   fromMs?: number, toMs?: number, floods?: boolean,
 * }} Deployment `cpu` in millicores and `bytesPerSecond` of a pod at full load; `nodes` has an index for each pod
 * @typedef {{ deployment: Deployment, index: number, node: number, name: string, id: string, containerId: string }} Pod
 * @typedef {Record<string, unknown>} Fields
 */

const NODE_CPU = 4_000;
const NODE_MEMORY = 16_624_865_280;
const MB = 1_048_576;
const CPU_LIMIT = 1_000;
const MEMORY_LIMIT = 1_024 * MB;

const EXPORT = { app: 'catalog-export', namespace: 'shop', cpu: 160, memoryMb: 310, bytesPerSecond: 96_000 };
/** @type {Deployment[]} */
const DEPLOYMENTS = [
  deployment('storefront', '12.4.1', '5d8f7c9b46', [0, 2, 4], 340, 420, 420_000),
  deployment('search', '3.9.0', '7f6b5d4c98', [1, 3], 520, 780, 510_000),
  deployment('catalog', '8.2.3', '6b9c8d7f54', [2, 4], 260, 380, 300_000),
  deployment('orders', '9.0.7', '58c6f9d7bb', [1, 3], 210, 340, 190_000),
  deployment('checkout', '5.11.2', '79d4b8c6f5', [0, 4], 190, 300, 120_000),
  deployment('inventory', '6.3.0', '84f5c7d9b6', [1, 2], 240, 360, 150_000),
  deployment('cart', '4.8.5', '66d7f8c5b9', [3], 150, 260, 110_000),
  deployment('payments', '7.1.4', '75b8c9f6d4', [0], 120, 280, 60_000),
  deployment('notifications', '2.6.1', '5f9d6b7c84', [2], 60, 180, 24_000),
  { ...deployment('coredns', '1.11.4', '68b5d9f7c4', [1, 4], 30, 40, 18_000), namespace: 'kube-system' },
  { ...EXPORT, version: '4.6.2', hash: '6c9f7d5b8d', nodes: [0, 2, 3], toMs: ROLLOUT_MS },
  {
    ...EXPORT,
    version: '4.7.0',
    hash: '7b4d9c6f55',
    nodes: FLOODED_NODES,
    fromMs: ROLLOUT_MS,
    toMs: ROLLBACK_MS,
    floods: true,
  },
  { ...EXPORT, version: '4.6.2', hash: '6c9f7d5b8d', nodes: [0, 2, 3], fromMs: ROLLBACK_MS },
];

/** @returns {Deployment} */
function deployment(
  /** @type {string} */ app,
  /** @type {string} */ version,
  /** @type {string} */ hash,
  /** @type {number[]} */ nodes,
  /** @type {number} */ cpu,
  /** @type {number} */ memoryMb,
  /** @type {number} */ bytesPerSecond,
) {
  return { app, namespace: 'shop', version, hash, nodes, cpu, memoryMb, bytesPerSecond };
}

/** @returns {{ path: string, lines: string[] }[]} an export task to S3: a folder a log stream, which is a node */
export function makePerformanceEvents() {
  const random = createRandom('container-insights');
  const rate = (/** @type {number} */ perSecond, spread = 0.25) => Math.round(random.vary(perSecond * 60, spread));
  const uuid = () => `${random.hex(8)}-${random.hex(4)}-4${random.hex(3)}-a${random.hex(3)}-${random.hex(12)}`;
  /** @type {Pod[]} */
  const pods = DEPLOYMENTS.flatMap((d) =>
    d.nodes.map((node, index) => ({
      deployment: d,
      index,
      node,
      name: `${d.app}-${d.hash}-${random.text('bcdfghjklmnpqrstvwxz2456789', 5)}`,
      id: uuid(),
      containerId: random.hex(64),
    })),
  );
  const task = uuid();

  return NODES.map((node, nodeIndex) => {
    const offsetMs = random.integer(2_000, 54_000);
    /** @type {string[]} */
    const lines = [];
    MINUTES.forEach((minuteMs, minute) => {
      const collectedMs = minuteMs + offsetMs + random.integer(0, 60);
      const sentMs = Math.floor(collectedMs / 1000) * 1000 + 2_000;
      const write = (/** @type {Fields} */ event) =>
        lines.push(`${new Date(sentMs).toISOString()} ${JSON.stringify(sortKeys(event))}`);
      const common = {
        AutoScalingGroupName: 'eks-app-nodes-3ec372ed-23a7-f809-4974-bee77e59e6ab',
        ClusterName: CLUSTER,
        InstanceId: node.instance,
        InstanceType: 'm6i.xlarge',
        NodeName: node.name,
        Timestamp: String(collectedMs),
        Version: '0',
      };
      const running = pods.filter((pod) => pod.node === nodeIndex && isRunning(pod, minute, collectedMs));
      const totals = { cpu: 180, memory: 1_900 * MB, rx: 0, tx: 0 };
      for (const pod of running) {
        const use = measure(pod, minute);
        totals.cpu += use.cpu;
        totals.memory += use.memory;
        totals.rx += use.rx;
        totals.tx += use.tx;
        for (const event of podEvents(common, node.name, pod, use)) write(event);
      }
      write(nodeEvent(common, node.name, totals, running.length));
    });
    return { path: `container-insights/${task}/${node.name}/000000.gz`, lines };
  });

  function isRunning(
    /** @type {Pod} */ { deployment: d, index },
    /** @type {number} */ minute,
    /** @type {number} */ timeMs,
  ) {
    const delayMs = 15_000 + index * 30_000; // one pod after another
    if (d.floods && floodBytesPerSecond(index, minute) === 0) return false;
    return (
      (d.fromMs === undefined || timeMs >= d.fromMs + delayMs) &&
      (d.toMs === undefined || timeMs < d.toMs + delayMs + 20_000)
    );
  }

  /** What a pod uses in a minute. Network figures are totals of that minute; the events give them per second. */
  function measure(/** @type {Pod} */ { deployment: d, index }, /** @type {number} */ minute) {
    const level = rhythm(MINUTES[minute] ?? 0);
    const flood = d.floods ? floodBytesPerSecond(index, minute) : 0;
    const sinceMs = (MINUTES[minute] ?? 0) - (d.fromMs ?? 0);
    const lifeMinutes = 17 - 2 * index; // a flooding pod fills its memory, is killed and starts again
    const age = flood > 0 ? (sinceMs / MINUTE_MS) % lifeMinutes : 0;
    const isPressed = (MINUTES[minute] ?? 0) >= STORM.fullMs;
    return {
      cpu:
        flood > 0 ? Math.round(random.vary(isPressed ? 955 : 700, 0.05)) : Math.round(random.vary(d.cpu * level, 0.2)),
      memory:
        flood > 0
          ? (330 + Math.round((680 * age) / lifeMinutes)) * MB + 4_096 * random.integer(0, 255)
          : d.memoryMb * MB + 4_096 * random.integer(0, 2_000),
      restarts: flood > 0 ? Math.floor(sinceMs / MINUTE_MS / lifeMinutes) : 0,
      rx: flood > 0 ? flood * 60 + random.integer(0, 59) : rate(d.bytesPerSecond * 0.56 * level),
      tx: flood > 0 ? rate(180_000) : rate(d.bytesPerSecond * 0.44 * level),
      dropped: flood > 8_000_000 ? random.integer(0, 400) : 0,
    };
  }

  /** @typedef {ReturnType<typeof measure>} Use */

  function podEvents(
    /** @type {Fields} */ common,
    /** @type {string} */ host,
    /** @type {Pod} */ pod,
    /** @type {Use} */ use,
  ) {
    const { app, namespace, version, hash } = pod.deployment;
    const place = { ...common, Namespace: namespace, PodName: app, Service: app };
    const about = {
      host,
      labels: { app, 'app.kubernetes.io/part-of': CLUSTER, 'pod-template-hash': hash, version },
      namespace_name: namespace,
      pod_id: pod.id,
      pod_name: pod.name,
      pod_owners: [{ owner_kind: 'Deployment', owner_name: app }],
      service_name: app,
    };
    const [rxPackets, txPackets] = [Math.ceil(use.rx / 1_180), Math.ceil(use.tx / 640)];
    const podEvent = {
      ...place,
      CloudWatchMetrics: [
        {
          Namespace: 'ContainerInsights',
          Dimensions: [['PodName', 'Namespace', 'ClusterName'], ['ClusterName']],
          Metrics: [
            { Name: 'pod_cpu_utilization', Unit: 'Percent' },
            { Name: 'pod_memory_utilization', Unit: 'Percent' },
            { Name: 'pod_network_rx_bytes', Unit: 'Bytes/Second' },
            { Name: 'pod_network_tx_bytes', Unit: 'Bytes/Second' },
          ],
        },
      ],
      Sources: ['cadvisor', 'pod', 'calculated'],
      Type: 'Pod',
      kubernetes: about,
      pod_cpu_limit: CPU_LIMIT,
      pod_cpu_request: 250,
      pod_cpu_usage_total: use.cpu,
      pod_cpu_utilization: (100 * use.cpu) / NODE_CPU,
      pod_cpu_utilization_over_pod_limit: (100 * use.cpu) / CPU_LIMIT,
      pod_memory_limit: MEMORY_LIMIT,
      pod_memory_request: 256 * MB,
      pod_memory_utilization: (100 * use.memory) / NODE_MEMORY,
      pod_memory_utilization_over_pod_limit: (100 * use.memory) / MEMORY_LIMIT,
      pod_memory_working_set: use.memory,
      pod_network_rx_bytes: use.rx / 60,
      pod_network_total_bytes: (use.rx + use.tx) / 60,
      pod_network_tx_bytes: use.tx / 60,
      pod_number_of_container_restarts: use.restarts,
      pod_number_of_containers: 1,
      pod_number_of_running_containers: 1,
      pod_status: 'Running',
    };
    const netEvent = {
      ...place,
      Sources: ['cadvisor', 'calculated'],
      Type: 'PodNet',
      interface: 'eth0',
      kubernetes: about,
      pod_interface_network_rx_bytes: use.rx / 60,
      pod_interface_network_rx_dropped: use.dropped / 60,
      pod_interface_network_rx_errors: 0,
      pod_interface_network_rx_packets: rxPackets / 60,
      pod_interface_network_total_bytes: (use.rx + use.tx) / 60,
      pod_interface_network_tx_bytes: use.tx / 60,
      pod_interface_network_tx_dropped: 0,
      pod_interface_network_tx_errors: 0,
      pod_interface_network_tx_packets: txPackets / 60,
    };
    const containerEvent = {
      ...place,
      Sources: ['cadvisor', 'pod', 'calculated'],
      Type: 'Container',
      container_cpu_limit: CPU_LIMIT,
      container_cpu_request: 250,
      container_cpu_usage_total: use.cpu,
      container_cpu_utilization: (100 * use.cpu) / NODE_CPU,
      container_memory_limit: MEMORY_LIMIT,
      container_memory_request: 256 * MB,
      container_memory_utilization: (100 * use.memory) / NODE_MEMORY,
      container_memory_working_set: use.memory,
      container_status: 'Running',
      kubernetes: { container_name: app, docker: { container_id: pod.containerId }, ...about },
      number_of_container_restarts: use.restarts,
    };
    return [podEvent, netEvent, containerEvent];
  }

  function nodeEvent(
    /** @type {Fields} */ common,
    /** @type {string} */ host,
    /** @type {{ cpu: number, memory: number, rx: number, tx: number }} */ totals,
    /** @type {number} */ podCount,
  ) {
    return {
      ...common,
      CloudWatchMetrics: [
        {
          Namespace: 'ContainerInsights',
          Dimensions: [['NodeName', 'InstanceId', 'ClusterName'], ['ClusterName']],
          Metrics: [
            { Name: 'node_cpu_utilization', Unit: 'Percent' },
            { Name: 'node_memory_utilization', Unit: 'Percent' },
            { Name: 'node_network_total_bytes', Unit: 'Bytes/Second' },
            { Name: 'node_number_of_running_pods', Unit: 'Count' },
          ],
        },
      ],
      Sources: ['cadvisor', '/proc', 'pod', 'calculated'],
      Type: 'Node',
      kubernetes: { host },
      node_cpu_limit: NODE_CPU,
      node_cpu_usage_total: totals.cpu,
      node_cpu_utilization: (100 * totals.cpu) / NODE_CPU,
      node_memory_limit: NODE_MEMORY,
      node_memory_utilization: (100 * totals.memory) / NODE_MEMORY,
      node_memory_working_set: totals.memory,
      node_network_rx_bytes: totals.rx / 60,
      node_network_total_bytes: (totals.rx + totals.tx) / 60,
      node_network_tx_bytes: totals.tx / 60,
      node_number_of_running_containers: podCount,
      node_number_of_running_pods: podCount,
    };
  }
}

/** The agent writes a map, so its keys come in order. */
function sortKeys(/** @type {Fields} */ event) {
  return Object.fromEntries(Object.entries(event).sort(([a], [b]) => (a < b ? -1 : 1)));
}
