import { readFile } from 'node:fs/promises';

/** A tensor of a file: row-major. */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export interface SafetensorsFile {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/**
 * Reads a safetensors file: 8 bytes little-endian length of the header, the header (JSON: name to data type, shape and
 * byte range), the bytes. Float32 tensors only.
 *
 * Throws an `Error` that names file and tensor for a truncated file, a header that is none, another data type.
 */
export async function readSafetensors(path: string): Promise<SafetensorsFile> {
  const bytes = await readFile(path);
  if (bytes.length < 8) throw new Error(`${path}: truncated, a header of 8 bytes was expected, got ${bytes.length}`);
  const headerLength = Number(bytes.readBigUInt64LE(0));
  const start = 8 + headerLength;
  if (start > bytes.length) {
    throw new Error(`${path}: truncated, the header ends at byte ${start}, the file at ${bytes.length}`);
  }
  const header = parseHeader(path, bytes.toString('utf8', 8, start));
  const tensors = new Map<string, StoredTensor>();
  for (const [name, entry] of Object.entries(header)) {
    if (name !== '__metadata__') tensors.set(name, readTensor(path, name, entry as Entry, bytes.subarray(start)));
  }
  return { tensors, metadata: (header['__metadata__'] ?? {}) as Record<string, string> };
}

function parseHeader(path: string, text: string): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch (error) {
    throw new Error(`${path}: not a safetensors file, its header is no JSON`, { cause: error });
  }
  if (typeof header !== 'object' || header === null) throw new Error(`${path}: not a safetensors file`);
  return header as Record<string, unknown>;
}

function readTensor(path: string, name: string, entry: Entry, data: Uint8Array): StoredTensor {
  const { dtype, shape, data_offsets: offsets } = entry;
  if (dtype !== 'F32') throw new Error(`${path}: ${name}: data type F32, got ${dtype}`);
  const [from, to] = offsets;
  const size = shape.reduce((product, length) => product * length, 1) * 4;
  if (to - from !== size) {
    throw new Error(`${path}: ${name}: ${size} bytes for the shape [${shape}], got ${to - from}`);
  }
  if (to > data.length) {
    throw new Error(`${path}: truncated, ${name} ends at byte ${to} of the data, which end at ${data.length}`);
  }
  // A copy: the file's bytes need not be aligned, and nobody else may write to them. (The slice of a Buffer is none.)
  return { shape, values: new Float32Array(new Uint8Array(data.subarray(from, to)).buffer) };
}

/** The bytes of a safetensors file, in pieces, names in the order of the map. */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array[] {
  const header: Record<string, unknown> = { __metadata__: { format: 'pt', ...metadata } };
  const data: Uint8Array[] = [];
  let offset = 0;
  for (const [name, { shape, values }] of tensors) {
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + values.byteLength] };
    data.push(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    offset += values.byteLength;
  }
  const text = JSON.stringify(header);
  const json = Buffer.from(
    text.padEnd(Math.ceil(Buffer.byteLength(text) / 8) * 8 - Buffer.byteLength(text) + text.length),
  );
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return [length, json, ...data];
}
