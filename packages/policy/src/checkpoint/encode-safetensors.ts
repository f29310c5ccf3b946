/** A tensor to be written: row-major; the values may be fetched when their turn comes. */
export interface TensorToStore {
  readonly shape: readonly number[];
  readonly values: Float32Array | (() => Float32Array);
}

/** The bytes of a safetensors file in pieces, float32, names in the order of the map. One tensor is held at a time. */
export function* encodeSafetensors(
  tensors: ReadonlyMap<string, TensorToStore>,
  metadata: Readonly<Record<string, string>> = {},
): Generator<Uint8Array> {
  const header: Record<string, unknown> = { __metadata__: { format: 'pt', ...metadata } };
  let offset = 0;
  for (const [name, { shape }] of tensors) {
    const bytes = byteLength(shape);
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + bytes] };
    offset += bytes;
  }
  const text = JSON.stringify(header);
  const json = Buffer.from(
    text.padEnd(Math.ceil(Buffer.byteLength(text) / 8) * 8 - Buffer.byteLength(text) + text.length),
  );
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  yield length;
  yield json;
  for (const [name, { shape, values }] of tensors) {
    const array = typeof values === 'function' ? values() : values;
    if (array.byteLength !== byteLength(shape)) {
      throw new RangeError(`${name}: ${byteLength(shape)} bytes for the shape [${shape}], got ${array.byteLength}`);
    }
    yield new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  }
}

function byteLength(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 4);
}
