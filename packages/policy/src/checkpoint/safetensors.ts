import { type FileHandle, open } from 'node:fs/promises';
import { decodeFloats, FLOAT_TYPES, type FloatType, isFloatType } from './float-types.js';
import { MOST_HEADER_BYTES, parseSafetensorsHeader, type StoredEntry } from './safetensors-header.js';

/** A tensor of a file: row-major. */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Numbers read at once: what is read in a narrower type needs no second copy of the whole. */
const PIECE_ELEMENTS = 2 ** 22;

/**
 * An open safetensors file: 8 bytes little-endian length of the header, the header (JSON: name to data type, shape and
 * byte range), the bytes. The header is read and checked, tensors are read one by one when they are asked for.
 */
export class SafetensorsFile {
  readonly path: string;
  readonly entries: ReadonlyMap<string, StoredEntry>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly #file: FileHandle;
  readonly #start: number;

  private constructor(path: string, file: FileHandle, start: number, text: string, bytes: number) {
    this.path = path;
    this.#file = file;
    this.#start = start;
    ({ entries: this.entries, metadata: this.metadata } = parseSafetensorsHeader(path, text, bytes - start));
  }

  /** Throws an `Error` that names the file, and the tensor if there is one, for a file that is truncated or none. */
  static async open(path: string): Promise<SafetensorsFile> {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      if (size < 8) throw new Error(`${path}: truncated, a header of 8 bytes was expected, got ${size}`);
      const length = Number((await readBytes(path, file, 0, 8)).readBigUInt64LE(0));
      if (length > MOST_HEADER_BYTES) {
        throw new Error(
          `${path}: not a safetensors file, a header of at most ${MOST_HEADER_BYTES} bytes was expected, got one of ${length}`,
        );
      }
      const start = 8 + length;
      if (start > size) throw new Error(`${path}: truncated, the header ends at byte ${start}, the file at ${size}`);
      const text = (await readBytes(path, file, 8, length)).toString('utf8');
      return new SafetensorsFile(path, file, start, text, size);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /**
   * The values of a tensor as float32, whether it is stored as F32, F16 or BF16. Throws an `Error` that names file and
   * tensor when it is not there, of another type, or of another size than its shape.
   */
  async read(name: string): Promise<Float32Array> {
    const { dtype, elements } = this.#floats(name);
    const values = new Float32Array(elements);
    let at = 0;
    for await (const piece of this.#bytes(name)) {
      decodeFloats(dtype, piece, values, at);
      at += piece.length / FLOAT_TYPES[dtype];
    }
    return values;
  }

  /** The same values in pieces, each to be looked at before the next; equal shapes give equal pieces, whatever the type. */
  async *pieces(name: string): AsyncGenerator<Float32Array> {
    const { dtype } = this.#floats(name);
    for await (const piece of this.#bytes(name)) {
      const values = new Float32Array(piece.length / FLOAT_TYPES[dtype]);
      decodeFloats(dtype, piece, values, 0);
      yield values;
    }
  }

  /** The bytes of a tensor as they are stored, at the beginning of `into`. Throws as `read` does. */
  async readStored(name: string, into: Buffer): Promise<Buffer> {
    const { begin, bytes } = this.#floats(name);
    if (into.length < bytes) throw new RangeError(`into: room for ${bytes} bytes, got ${into.length}`);
    const most = 2 * PIECE_ELEMENTS;
    for (let at = 0; at < bytes; at += most)
      await readInto(this.path, this.#file, this.#start + begin + at, into.subarray(at, Math.min(bytes, at + most)));
    return into.subarray(0, bytes);
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  /** The bytes of so many numbers at once, in one buffer that is used again. */
  async *#bytes(name: string): AsyncGenerator<Buffer> {
    const { begin, bytes, size } = this.#floats(name);
    const most = PIECE_ELEMENTS * size;
    const buffer = Buffer.allocUnsafeSlow(Math.min(most, bytes));
    for (let at = 0; at < bytes; at += most) {
      const piece = buffer.subarray(0, Math.min(most, bytes - at));
      await readInto(this.path, this.#file, this.#start + begin + at, piece);
      yield piece;
    }
  }

  #floats(name: string): { dtype: FloatType; size: number; begin: number; bytes: number; elements: number } {
    const { dtype, shape, begin, end } = this.#entry(name);
    if (!isFloatType(dtype)) throw new Error(`${this.path}: ${name}: data type F32, F16 or BF16, got ${dtype}`);
    const size = FLOAT_TYPES[dtype];
    const elements = shape.reduce((product, length) => product * length, 1);
    if (end - begin !== elements * size) {
      throw new Error(`${this.path}: ${name}: ${elements * size} bytes for the shape [${shape}], got ${end - begin}`);
    }
    return { dtype, size, begin, bytes: end - begin, elements };
  }

  #entry(name: string): StoredEntry {
    const entry = this.entries.get(name);
    if (entry === undefined) throw new Error(`${this.path}: the tensor ${name} is missing`);
    return entry;
  }
}

async function readBytes(path: string, file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(length);
  await readInto(path, file, position, buffer);
  return buffer;
}

async function readInto(path: string, file: FileHandle, position: number, buffer: Buffer): Promise<void> {
  const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
  if (bytesRead === buffer.length) return;
  throw new Error(
    `${path}: truncated while it was read, ${buffer.length} bytes at ${position} were expected, got ${bytesRead}`,
  );
}

/** All tensors of a small file at once. Throws what `SafetensorsFile` throws. */
export async function readSafetensors(path: string): Promise<{
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}> {
  const file = await SafetensorsFile.open(path);
  try {
    const tensors = new Map<string, StoredTensor>();
    for (const [name, { shape }] of file.entries) tensors.set(name, { shape, values: await file.read(name) });
    return { tensors, metadata: file.metadata };
  } finally {
    await file.close();
  }
}
