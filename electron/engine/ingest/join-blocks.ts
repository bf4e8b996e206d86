/** The first chunk of a file tells what it is. */
const firstChunkBytes = 256 * 1024;

const chunkBytes = 24 * 1024 * 1024;

/**
 * Blocks put together to chunks that end at a line's end where there is one: a small first one, then large ones.
 * @throws what `blocks` throws, after all that came before it was given
 */
export async function* joinBlocks(blocks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let bytes = 0;
  let wanted = firstChunkBytes;
  let failure: { cause: unknown } | null = null;
  try {
    for await (const block of blocks) {
      held.push(block);
      bytes += block.length;
      if (bytes < wanted) continue;
      const joined = held.length === 1 ? block : Buffer.concat(held);
      const end = joined.lastIndexOf(10) + 1 || joined.length;
      yield joined.subarray(0, end);
      held = end === joined.length ? [] : [Buffer.from(joined.subarray(end))];
      bytes = joined.length - end;
      wanted = chunkBytes;
    }
  } catch (cause) {
    failure = { cause };
  }
  const rest = Buffer.concat(held);
  const end = rest.lastIndexOf(10) + 1;
  if (end > 0) yield rest.subarray(0, end);
  if (end < rest.length) yield rest.subarray(end);
  if (failure !== null) throw failure.cause;
}
