import { FLOAT_TYPES } from './float-types.js';

/** A tensor to be written: row-major; the values may be fetched when their turn comes. */
export interface TensorToStore {
  readonly shape: readonly number[];
  readonly values: Float32Array | (() => Float32Array);
}

/** The bytes of a safetensors file in pieces, names in the order of the map. One tensor is held at a time. */
export function* encodeSafetensors(
  tensors: ReadonlyMap<string, TensorToStore>,
  metadata: Readonly<Record<string, string>> = {},
  dtype: 'F32' | 'BF16' = 'F32',
): Generator<Uint8Array> {
  const elementsOf = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);
  const header: Record<string, unknown> = { __metadata__: { format: 'pt', ...metadata } };
  let offset = 0;
  for (const [name, { shape }] of tensors) {
    const bytes = elementsOf(shape) * FLOAT_TYPES[dtype];
    header[name] = { dtype, shape, data_offsets: [offset, offset + bytes] };
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
    if (array.length !== elementsOf(shape)) {
      throw new RangeError(`${name}: ${elementsOf(shape)} numbers for the shape [${shape}], got ${array.length}`);
    }
    yield dtype === 'F32' ? new Uint8Array(array.buffer, array.byteOffset, array.byteLength) : bfloat16(array);
  }
}

/** Rounded to the nearest bfloat16, ties to even. */
function bfloat16(values: Float32Array): Uint8Array {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as number;
    // What is no number keeps a bit of its fraction.
    const none = (word & 0x7fffffff) > 0x7f800000;
    halves[i] = none ? (word >>> 16) | 1 : (word + 0x7fff + ((word >>> 16) & 1)) >>> 16;
  }
  return new Uint8Array(halves.buffer);
}
