/** The bytes of a stream that are not consumed yet, in one piece. Each byte is copied a few times at most. */
export class PendingBytes {
  #storage = Buffer.alloc(0);
  #start = 0;
  #end = 0;

  /** The pending bytes and a block after them. Without any the block itself, so it must not change until `keep`. */
  join(block: Buffer): Buffer {
    if (this.#start === this.#end) return block;
    if (this.#end + block.length > this.#storage.length) this.#makeRoom(block.length);
    block.copy(this.#storage, this.#end);
    this.#end += block.length;
    return this.#storage.subarray(this.#start, this.#end);
  }

  /** Keeps what `join` gave from `consumed` on. */
  keep(joined: Buffer, consumed: number): void {
    if (this.#start !== this.#end) {
      this.#start += consumed;
      if (this.#start === this.#end) this.#reset();
      return;
    }
    const rest = joined.length - consumed;
    if (rest === 0) return;
    if (this.#storage.length < rest) this.#storage = Buffer.allocUnsafeSlow(rest);
    joined.copy(this.#storage, 0, consumed);
    this.#start = 0;
    this.#end = rest;
  }

  #makeRoom(extra: number): void {
    const size = this.#end - this.#start;
    const needed = size + extra;
    // Doubling keeps the copying linear; moving to the front is enough when at least half is free.
    const target = needed * 2 > this.#storage.length ? Buffer.allocUnsafeSlow(needed * 2) : this.#storage;
    this.#storage.copy(target, 0, this.#start, this.#end);
    this.#storage = target;
    this.#start = 0;
    this.#end = size;
  }

  #reset(): void {
    this.#start = 0;
    this.#end = 0;
    // A large document is over: give its memory back.
    if (this.#storage.length > 4 * 1024 * 1024) this.#storage = Buffer.alloc(0);
  }
}
