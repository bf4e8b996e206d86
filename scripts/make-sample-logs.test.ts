import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const SCRIPT = fileURLToPath(new URL('make-sample-logs.mjs', import.meta.url));
const COMMITTED = fileURLToPath(new URL('../resources/sample-logs', import.meta.url));
const FACTS = readFileSync(new URL('../docs/sample-incident.md', import.meta.url), 'utf8');
const MADE = mkdtempSync(join(tmpdir(), 'sample-logs-'));

/** Files below `directory` by relative path, sorted. */
function listFiles(directory: string): string[] {
  const entries = readdirSync(directory, { withFileTypes: true });
  const below = entries.flatMap((entry) => {
    const path = join(directory, entry.name);
    return entry.isDirectory() ? listFiles(path).map((file) => join(path, file)) : [path];
  });
  return below.map((path) => relative(directory, path)).sort();
}

function readText(directory: string, file: string): string {
  const data = readFileSync(join(directory, file));
  return (file.endsWith('.gz') ? gunzipSync(data) : data).toString('utf8');
}

function readLines(folder: string): string[] {
  const directory = join(COMMITTED, folder);
  return listFiles(directory).flatMap((file) => readText(directory, file).trimEnd().split('\n'));
}

beforeAll(() => {
  execFileSync(process.execPath, [SCRIPT, MADE]);
});
afterAll(() => rmSync(MADE, { recursive: true, force: true }));

describe('the sample logs', () => {
  test('are what the script makes', () => {
    // Compressed bytes differ between zlib versions; what they hold does not.
    const files = listFiles(COMMITTED);
    expect(listFiles(MADE)).toEqual(files);
    for (const file of files) expect(readText(MADE, file) === readText(COMMITTED, file), file).toBe(true);
  });

  test('stay small, with at least 150,000 events', () => {
    const files = listFiles(COMMITTED);
    const bytes = files.reduce((sum, file) => sum + statSync(join(COMMITTED, file)).size, 0);
    expect(bytes).toBeLessThan(6_000_000);
    const groups: Record<string, string> = JSON.parse(readText(COMMITTED, 'groups.json'));
    const lines = Object.keys(groups).flatMap(readLines);
    const events = lines.filter((line) => !line.startsWith('version '));
    expect(events.length).toBeGreaterThanOrEqual(150_000);
    expect(FACTS).toContain(`Together ${events.length.toLocaleString('en')} events`);
  });

  test('tell of the throttled customers that docs/sample-incident.md names', () => {
    const throttled = new Map<string, number>();
    const customers = new Set<string>();
    for (const line of readLines('api-gateway-access')) {
      const customer = /"customerId":"([^"]+)"/.exec(line)?.[1] ?? '';
      customers.add(customer);
      if (line.includes('"status":"429"')) throttled.set(customer, (throttled.get(customer) ?? 0) + 1);
    }
    const [first] = [...throttled].sort(([, a], [, b]) => b - a);
    expect(first).toEqual(['cust-00417', 6_286]);
    expect(FACTS).toContain('| Throttled requests by customer | 1 | cust-00417 | 6,286 |');
    expect([throttled.size, customers.size]).toEqual([98, 2_400]);
    expect(FACTS).toContain('98 of 2,400 customers, 4.1%');
  });

  test('tell of the port scan that docs/sample-incident.md names', () => {
    const records = readLines('workshop-flow-logs').map((line) => line.split(' '));
    const scan = records.filter((record) => record[3] === '198.51.100.23');
    const [connections, ports] = [scan.length, new Set(scan.map((record) => record[6])).size];
    expect(new Set(scan.map((record) => record[12]))).toEqual(new Set(['REJECT']));
    expect(FACTS).toContain(
      `All ${connections.toLocaleString('en')} connections to ${ports.toLocaleString('en')} ports`,
    );
  });
});
