/**
 * What is asked of each data set: a rule for us, and what a person would type instead.
 *
 * `read` is DuckDB's table function with hand-written types, `columns` and `format` what ClickHouse needs; `keys`, `value`
 * and `second` are SQL over either table (`second`: epoch seconds of an event).
 */
export const questions = {
  flow: {
    rule: {
      LogFormat: 'CLF',
      Fields: { 4: 'srcaddr', 5: 'dstaddr', 10: 'bytes' },
      Contribution: { Keys: ['srcaddr', 'dstaddr'], ValueOf: 'bytes', Filters: [] },
      AggregateOn: 'Sum',
    },
    keys: ['srcaddr', 'dstaddr'],
    value: 'sum(bytes)',
    second: 'start',
    read: (
      file,
    ) => `read_csv('${file}', delim = ' ', header = false, auto_detect = false, columns = {'version': 'INTEGER',
      'account_id': 'VARCHAR', 'interface_id': 'VARCHAR', 'srcaddr': 'VARCHAR', 'dstaddr': 'VARCHAR', 'srcport': 'INTEGER',
      'dstport': 'INTEGER', 'protocol': 'INTEGER', 'packets': 'BIGINT', 'bytes': 'BIGINT', 'start': 'BIGINT', 'end': 'BIGINT',
      'action': 'VARCHAR', 'log_status': 'VARCHAR'})`,
    clickhouse: {
      format: 'CustomSeparated',
      settings: "format_custom_field_delimiter = ' ', format_custom_escaping_rule = 'CSV'",
      columns: `version Int32, account_id LowCardinality(String), interface_id LowCardinality(String), srcaddr String,
        dstaddr String, srcport Int32, dstport Int32, protocol Int32, packets Int64, bytes Int64, start Int64, end Int64,
        action LowCardinality(String), log_status LowCardinality(String)`,
      order: 'start',
    },
    awk: `{ sum[$4 " " $5] += $10 } END { for (key in sum) print sum[key], key | "sort -rn | head -10" }`,
    miller: [
      '--inidx',
      '--ifs',
      ' ',
      '--ojson',
      'stats1',
      '-a',
      'sum',
      '-f',
      '10',
      '-g',
      '4,5',
      'then',
      'top',
      '-n',
      '10',
      '-f',
      '10_sum',
      '-a',
    ],
    lnav: null,
  },
  performance: {
    rule: {
      LogFormat: 'JSON',
      Contribution: {
        Keys: ['$.Namespace', '$.kubernetes.pod_name'],
        ValueOf: '$.pod_network_total_bytes',
        Filters: [{ Match: '$.Type', In: ['Pod'] }],
      },
      AggregateOn: 'Sum',
    },
    keys: ['Namespace', 'kubernetes.pod_name'],
    value: 'sum(pod_network_total_bytes)',
    where: `"Type" = 'Pod'`,
    second: '"Timestamp" // 1000',
    read: (file) => `read_json('${file}', format = 'newline_delimited', columns = {AutoScalingGroupName: 'VARCHAR',
      ClusterName: 'VARCHAR', InstanceId: 'VARCHAR', InstanceType: 'VARCHAR', Namespace: 'VARCHAR', NodeName: 'VARCHAR',
      PodName: 'VARCHAR', Service: 'VARCHAR', Sources: 'VARCHAR[]', Timestamp: 'BIGINT', "Type": 'VARCHAR', Version: 'VARCHAR',
      kubernetes: 'STRUCT(host VARCHAR, labels STRUCT(app VARCHAR, "pod-template-hash" VARCHAR), namespace_name VARCHAR,
        pod_id VARCHAR, pod_name VARCHAR, pod_owners STRUCT(owner_kind VARCHAR, owner_name VARCHAR)[])',
      node_cpu_limit: 'BIGINT', node_cpu_usage_total: 'DOUBLE', node_cpu_utilization: 'DOUBLE', node_memory_limit: 'BIGINT',
      node_memory_working_set: 'BIGINT', node_memory_utilization: 'DOUBLE', node_network_total_bytes: 'DOUBLE',
      node_number_of_running_pods: 'BIGINT', pod_cpu_utilization: 'DOUBLE', pod_memory_utilization: 'DOUBLE',
      pod_memory_working_set: 'BIGINT', pod_network_rx_bytes: 'DOUBLE', pod_network_tx_bytes: 'DOUBLE',
      pod_network_total_bytes: 'DOUBLE', pod_number_of_container_restarts: 'BIGINT'})`,
    clickhouse: {
      format: 'JSONEachRow',
      settings: 'input_format_skip_unknown_fields = 1',
      columns: `AutoScalingGroupName LowCardinality(String), ClusterName LowCardinality(String), InstanceId String,
        InstanceType LowCardinality(String), Namespace LowCardinality(String), NodeName String, PodName String, Service String,
        Sources Array(String), Timestamp String, Type LowCardinality(String), Version LowCardinality(String),
        kubernetes Tuple(host String, labels Tuple(app String, \`pod-template-hash\` String), namespace_name String,
          pod_id String, pod_name String, pod_owners Array(Tuple(owner_kind String, owner_name String))),
        node_cpu_limit Int64, node_cpu_usage_total Float64, node_cpu_utilization Float64, node_memory_limit Int64,
        node_memory_working_set Int64, node_memory_utilization Float64, node_network_total_bytes Float64,
        node_number_of_running_pods Int64, pod_cpu_utilization Float64, pod_memory_utilization Float64,
        pod_memory_working_set Int64, pod_network_rx_bytes Float64, pod_network_tx_bytes Float64,
        pod_network_total_bytes Float64, pod_number_of_container_restarts Int64`,
      order: 'Timestamp',
    },
    awk: null,
    miller: [
      '--ijson',
      '--ojson',
      'filter',
      '$Type == "Pod"',
      'then',
      'stats1',
      '-a',
      'sum',
      '-f',
      'pod_network_total_bytes',
      '-g',
      'Namespace,kubernetes.pod_name',
      'then',
      'top',
      '-n',
      '10',
      '-f',
      'pod_network_total_bytes_sum',
      '-a',
    ],
    lnav: null,
  },
  access: {
    rule: {
      LogFormat: 'CLF',
      Fields: { 1: 'ip', 6: 'status' },
      Contribution: { Keys: ['ip'], Filters: [] },
      AggregateOn: 'Count',
    },
    keys: ['ip'],
    value: 'count(*)',
    second: `epoch(strptime(substr(time, 2), '%d/%b/%Y:%H:%M:%S'))::BIGINT`,
    read: (file) => `read_csv('${file}', delim = ' ', quote = '"', escape = '"', header = false, auto_detect = false,
      columns = {ip: 'VARCHAR', ident: 'VARCHAR', "user": 'VARCHAR', time: 'VARCHAR', zone: 'VARCHAR', request: 'VARCHAR',
        status: 'INTEGER', bytes: 'VARCHAR', referrer: 'VARCHAR', agent: 'VARCHAR'})`,
    clickhouse: {
      format: 'CustomSeparated',
      settings: "format_custom_field_delimiter = ' ', format_custom_escaping_rule = 'CSV'",
      columns: `ip String, ident String, user String, time String, zone String, request String, status Int32, bytes String,
        referrer String, agent LowCardinality(String)`,
      order: 'ip',
    },
    awk: `{ count[$1]++ } END { for (key in count) print count[key], key | "sort -rn | head -10" }`,
    miller: ['--inidx', '--ifs', ' ', '--ojson', 'count', '-g', '1', 'then', 'top', '-n', '10', '-f', 'count', '-a'],
    lnav: ';SELECT c_ip, count(*) AS n FROM access_log GROUP BY c_ip ORDER BY n DESC LIMIT 10',
  },
  gateway: {
    rule: {
      LogFormat: 'JSON',
      Contribution: { Keys: ['$.resourcePath'], Filters: [{ Match: '$.status', GreaterThan: 399 }] },
      AggregateOn: 'Count',
    },
    keys: ['resourcePath'],
    value: 'count(*)',
    where: 'status > 399',
    second: `epoch(strptime(requestTime, '%d/%b/%Y:%H:%M:%S %z'))::BIGINT`,
    read: (file) => `read_json('${file}', format = 'newline_delimited', columns = {requestId: 'VARCHAR', ip: 'VARCHAR',
      caller: 'VARCHAR', "user": 'VARCHAR', requestTime: 'VARCHAR', httpMethod: 'VARCHAR', resourcePath: 'VARCHAR',
      status: 'INTEGER', protocol: 'VARCHAR', responseLength: 'BIGINT', integrationLatency: 'VARCHAR'})`,
    clickhouse: {
      format: 'JSONEachRow',
      settings: 'input_format_json_read_numbers_as_strings = 1',
      columns: `requestId String, ip String, caller LowCardinality(String), user String, requestTime String,
        httpMethod LowCardinality(String), resourcePath String, status Int32, protocol LowCardinality(String),
        responseLength Int64, integrationLatency String`,
      order: 'requestId',
    },
    awk: null,
    miller: [
      '--ijson',
      '--ojson',
      'filter',
      '$status > 399',
      'then',
      'count',
      '-g',
      'resourcePath',
      'then',
      'top',
      '-n',
      '10',
      '-f',
      'count',
      '-a',
    ],
    lnav: null,
  },
};

/** The rule of a data set as a rule body. @param {string[]} [keys] others than its own */
export function ruleBody(name, keys) {
  const { Contribution, ...rest } = questions[name].rule;
  const rule = { ...rest, Contribution: { ...Contribution, ...(keys && { Keys: keys }) } };
  return JSON.stringify({ Schema: { Name: 'CloudWatchLogRule', Version: 1 }, LogGroupNames: ['*'], ...rule });
}

/** Another rule that reads the same columns: it turns the keys around. */
export function warmUpBody(name) {
  return ruleBody(name, [...questions[name].rule.Contribution.Keys].reverse());
}

/** The top contributors in SQL. @param {string} range a further condition   @param {number} count */
export function topQuery(name, range, count) {
  const { keys, value, where } = questions[name];
  const conditions = [where, range].filter(Boolean).join(' AND ');
  return `SELECT ${keys.join(', ')}, ${value} AS total FROM events ${conditions ? `WHERE ${conditions}` : ''}
    GROUP BY ${keys.join(', ')} ORDER BY total DESC, ${keys.join(', ')} LIMIT ${count}`;
}
