const encoder = new TextEncoder();

/**
 * The 64-bit FNV-1a hash of a text's UTF-8 bytes, as 16 hexadecimal digits (Fowler, Noll and Vo).
 *
 *     h = 0xcbf29ce484222325;  per byte b:  h = (h xor b) * 0x100000001b3  mod 2^64
 *
 * Small, deterministic, not cryptographic. Two 32-bit halves stand for h, since 2^40 * h only shifts the low half up.
 */
export function digest(text: string): string {
  let high = 0xcbf29ce4;
  let low = 0x84222325;
  for (const byte of encoder.encode(text)) {
    low = (low ^ byte) >>> 0;
    const product = low * 0x1b3;
    high = (Math.imul(high, 0x1b3) + Math.floor(product / 2 ** 32) + (low << 8)) >>> 0;
    low = product >>> 0;
  }
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0');
}
