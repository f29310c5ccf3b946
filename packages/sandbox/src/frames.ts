const headerBytes = 4;

/** A value as one frame: its length in bytes (4 bytes, little-endian), then its JSON in UTF-8. */
export function encodeFrame(value: unknown): Buffer {
  const json = JSON.stringify(value);
  const length = Buffer.byteLength(json);
  const frame = Buffer.allocUnsafe(headerBytes + length);
  frame.writeUInt32LE(length, 0);
  frame.write(json, headerBytes);
  return frame;
}

/** Cuts a stream of bytes into frames. One reader reads one stream. */
export class FrameReader {
  readonly #maxBytes: number;
  #rest: Buffer = Buffer.alloc(0);

  /** @param maxBytes a longer frame is refused before it is read */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /**
   * The values whose frames are complete with these bytes.
   *
   * @throws RangeError for a frame that is longer than allowed
   * @throws SyntaxError for a frame that is not JSON
   */
  *read(chunk: Buffer): Generator<unknown, void> {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    while (bytes.length >= headerBytes) {
      const length = bytes.readUInt32LE(0);
      if (length > this.#maxBytes) {
        throw new RangeError(`frame: must be at most ${this.#maxBytes} bytes, got ${length}`);
      }
      const end = headerBytes + length;
      if (bytes.length < end) break;
      const json = bytes.toString('utf8', headerBytes, end);
      bytes = bytes.subarray(end);
      this.#rest = bytes;
      yield JSON.parse(json);
    }
    this.#rest = bytes;
  }
}
