/**
 * Makes the sample logs in resources/sample-logs: one incident of an imagined shop, told by four log groups
 * (docs/sample-incident.md). The same script makes the same events everywhere.
 *
 *     node scripts/make-sample-logs.mjs [DIRECTORY]
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { makeAccessLog, makeExecutionLogs } from './sample-logs/api-logs.mjs';
import { makeRequests } from './sample-logs/api-requests.mjs';
import { makePerformanceEvents } from './sample-logs/container-insights.mjs';
import { makeFlowLogs } from './sample-logs/flow-logs.mjs';
import { CLUSTER, REST_API } from './sample-logs/story.mjs';

const GROUPS = {
  'workshop-flow-logs': 'workshop-flow-logs',
  'api-gateway-access': `/aws/apigateway/${CLUSTER}/access`,
  'api-gateway-execution': `API-Gateway-Execution-Logs_${REST_API}/prod`,
  'container-insights': `/aws/containerinsights/${CLUSTER}/performance`,
};

const directory = process.argv[2] ?? fileURLToPath(new URL('../resources/sample-logs', import.meta.url));
const requests = makeRequests();
const files = [
  ...makeFlowLogs(),
  ...makeAccessLog(requests),
  ...makeExecutionLogs(requests),
  ...makePerformanceEvents(),
];

for (const folder of Object.keys(GROUPS)) rmSync(join(directory, folder), { recursive: true, force: true });
let [lineCount, byteCount] = [0, 0];
for (const { path, lines } of files) {
  const data = compress(`${lines.join('\n')}\n`);
  const target = join(directory, path);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, data);
  lineCount += lines.length;
  byteCount += data.length;
}
writeFileSync(join(directory, 'groups.json'), `${JSON.stringify(GROUPS, null, 2)}\n`);
console.log(`${files.length} files, ${lineCount} lines, ${byteCount} bytes in ${directory}`);

/** gzip without a time and without the name of this system, so that two runs give the same bytes. */
function compress(/** @type {string} */ text) {
  const data = gzipSync(text, { level: 9, memLevel: 9 });
  data.fill(0, 4, 8);
  data[9] = 255;
  return data;
}
