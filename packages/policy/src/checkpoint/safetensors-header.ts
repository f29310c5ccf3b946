/** Where a tensor stands in a safetensors file, and what it is. */
export interface StoredEntry {
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Bytes of the data, from the end of the header on. */
  readonly begin: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  readonly entries: ReadonlyMap<string, StoredEntry>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The longest header that `safetensors` itself reads. */
export const MOST_HEADER_BYTES = 100_000_000;

/**
 * Checks a header's JSON against the bytes that follow it, of which there are `dataBytes`. Throws an `Error` that names
 * file and tensor for a header that is none, a shape or a byte range that is none, and data that end too early.
 */
export function parseSafetensorsHeader(path: string, text: string, dataBytes: number): SafetensorsHeader {
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch (error) {
    throw new Error(`${path}: not a safetensors file, its header is no JSON`, { cause: error });
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) {
    throw new Error(`${path}: not a safetensors file, its header is no object`);
  }
  const { __metadata__: metadata = {}, ...rest } = header as Record<string, unknown>;
  const entries = new Map(
    Object.entries(rest).map(([name, entry]) => [name, parseEntry(path, name, entry, dataBytes)]),
  );
  return { entries, metadata: metadata as Record<string, string> };
}

function parseEntry(path: string, name: string, given: unknown, dataBytes: number): StoredEntry {
  const { dtype, shape, data_offsets: offsets } = (given ?? {}) as Record<string, unknown>;
  if (typeof dtype !== 'string') throw new Error(`${path}: ${name}: a data type, got ${JSON.stringify(dtype)}`);
  if (!isCounts(shape)) throw new Error(`${path}: ${name}: a shape of whole numbers, got ${JSON.stringify(shape)}`);
  if (!isCounts(offsets) || offsets.length !== 2 || (offsets[0] as number) > (offsets[1] as number)) {
    throw new Error(`${path}: ${name}: the bytes from where to where, got ${JSON.stringify(offsets)}`);
  }
  const [begin, end] = offsets as [number, number];
  if (end > dataBytes) {
    throw new Error(`${path}: truncated, ${name} ends at byte ${end} of the data, which end at ${dataBytes}`);
  }
  return { dtype, shape, begin, end };
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}
