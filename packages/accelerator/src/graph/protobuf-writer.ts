const utf8 = new TextEncoder();

/**
 * Writes one protobuf message: varints, 32-bit floats and length-delimited fields, which is all a GraphDef needs.
 *
 * Wire format: every field is `(field number << 3 | wire type)` followed by its value; wire type 0 is a varint, 2 is a
 * length and that many bytes, 5 is four bytes.
 */
export class ProtobufWriter {
  readonly #parts: Uint8Array[] = [];

  /** A signed or unsigned integer or enum, 64 bits in two's complement. */
  varint(field: number, value: number | bigint): this {
    this.#parts.push(varintBytes(BigInt(field << 3)), varintBytes(BigInt(value)));
    return this;
  }

  bool(field: number, value: boolean): this {
    return this.varint(field, value ? 1 : 0);
  }

  float(field: number, value: number): this {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    this.#parts.push(varintBytes(BigInt((field << 3) | 5)), bytes);
    return this;
  }

  bytes(field: number, value: Uint8Array): this {
    this.#parts.push(varintBytes(BigInt((field << 3) | 2)), varintBytes(BigInt(value.length)), value);
    return this;
  }

  string(field: number, value: string): this {
    return this.bytes(field, utf8.encode(value));
  }

  message(field: number, value: ProtobufWriter): this {
    return this.bytes(field, value.finish());
  }

  /** The bytes of the whole message. */
  finish(): Uint8Array {
    const length = this.#parts.reduce((sum, part) => sum + part.length, 0);
    const result = new Uint8Array(length);
    let offset = 0;
    for (const part of this.#parts) {
      result.set(part, offset);
      offset += part.length;
    }
    return result;
  }
}

function varintBytes(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  do {
    const low = Number(rest & 127n);
    rest >>= 7n;
    bytes.push(rest > 0n ? low | 128 : low);
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}
