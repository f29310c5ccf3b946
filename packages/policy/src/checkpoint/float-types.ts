/** The data types of stored weights that are read, with the bytes of one number. */
export const FLOAT_TYPES = { F32: 4, F16: 2, BF16: 2 } as const;

export type FloatType = keyof typeof FLOAT_TYPES;

export function isFloatType(name: string): name is FloatType {
  return Object.hasOwn(FLOAT_TYPES, name);
}

/** Little-endian numbers of a stored type, written into `into` from `at` on. */
export function decodeFloats(dtype: FloatType, bytes: Uint8Array, into: Float32Array, at: number): void {
  switch (dtype) {
    case 'F32':
      new Uint8Array(into.buffer, into.byteOffset + 4 * at, bytes.length).set(bytes);
      return;
    case 'BF16': {
      // The upper half of a float32.
      const words = new Uint32Array(into.buffer, into.byteOffset, into.length);
      const halves = halvesOf(bytes);
      for (let i = 0; i < halves.length; i++) words[at + i] = (halves[i] as number) << 16;
      return;
    }
    case 'F16': {
      const table = float16Table();
      const halves = halvesOf(bytes);
      for (let i = 0; i < halves.length; i++) into[at + i] = table[halves[i] as number] as number;
      return;
    }
    default:
      dtype satisfies never;
  }
}

function halvesOf(bytes: Uint8Array): Uint16Array {
  return bytes.byteOffset % 2 === 0
    ? new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2)
    : new Uint16Array(Uint8Array.from(bytes).buffer);
}

let float16: Float32Array | null = null;

/** The value of each of the 65,536 half-precision numbers (IEEE 754, binary16). */
function float16Table(): Float32Array {
  float16 ??= Float32Array.from({ length: 2 ** 16 }, (_, bits) => {
    const sign = bits >>> 15 ? -1 : 1;
    const exponent = (bits >>> 10) & 31;
    const fraction = (bits & 1023) / 1024;
    if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
    return sign * (exponent === 0 ? fraction * 2 ** -14 : (1 + fraction) * 2 ** (exponent - 15));
  });
  return float16;
}
