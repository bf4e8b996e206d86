/**
 * The part of Thrift's compact protocol that a Parquet file's metadata is written in: each value as its bytes, under the
 * number of its type.
 * @see https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
 */
export type ThriftValue = { type: number; bytes: number[] };

/** A 32-bit whole number. */
export function int32(value: number): ThriftValue {
  return { type: 5, bytes: varint(value * 2) };
}

/** A whole number from 0 to 2^52. */
export function int64(value: number): ThriftValue {
  return { type: 6, bytes: varint(value * 2) };
}

export function text(value: string): ThriftValue {
  const bytes = Buffer.from(value);
  return { type: 8, bytes: [...varint(bytes.length), ...bytes] };
}

/** A list, of one type. */
export function list(values: readonly ThriftValue[]): ThriftValue {
  const type = values[0]?.type ?? 0;
  const head = values.length < 15 ? [(values.length << 4) | type] : [0xf0 | type, ...varint(values.length)];
  return { type: 9, bytes: head.concat(...values.map(({ bytes }) => bytes)) };
}

/** A struct. @param fields by their ids, ascending and at most 15 apart */
export function struct(fields: readonly (readonly [id: number, value: ThriftValue])[]): ThriftValue {
  const bytes: number[] = [];
  let last = 0;
  for (const [id, value] of fields) {
    bytes.push(((id - last) << 4) | value.type);
    for (const byte of value.bytes) bytes.push(byte);
    last = id;
  }
  bytes.push(0);
  return { type: 12, bytes };
}

/** Seven bits a byte, the lowest first. */
export function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return bytes;
}
