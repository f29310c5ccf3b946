/** What Python writes to its descriptors 1 and 2 past `sys.stdout`: of each step the first bytes are kept. */
export class LowLevelOutput {
  readonly #maxBytes: number;
  #chunks: Buffer[] = [];
  #length = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** As `setStdout` of Pyodide takes it: says how much it took, which is everything. */
  readonly write = (bytes: Uint8Array): number => {
    const room = this.#maxBytes - this.#length;
    if (room > 0) this.#chunks.push(Buffer.from(bytes.subarray(0, room)));
    this.#length += bytes.length;
    return bytes.length;
  };

  text(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }

  clear(): void {
    this.#chunks = [];
    this.#length = 0;
  }
}
