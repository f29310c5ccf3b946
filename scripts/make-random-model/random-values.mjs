/** Numbers that are looked up: quantiles of a normal distribution with deviation 0.02, by Box and Muller. */
const TABLE = Float32Array.from({ length: 2 ** 16 }, (_, i) => {
  const [u, v] = [hash(2 * i + 1), hash(2 * i + 2)].map((word) => (word + 0.5) / 2 ** 32);
  return 0.02 * Math.sqrt(-2 * Math.log(u ?? 1)) * Math.cos(2 * Math.PI * (v ?? 0));
});

/**
 * Random numbers that are cheap rather than good: a billion of them in seconds.
 *
 * @param {number} size
 * @param {number} stream
 */
export function randomValues(size, stream) {
  const values = new Float32Array(size);
  for (let i = 0; i < size; i++)
    values[i] = /** @type {number} */ (TABLE[hash(i ^ Math.imul(stream, 0x9e3779b9)) >>> 16]);
  return values;
}

/**
 * A hash of 32 bits (Mueller's, with the constants that Wang gave).
 *
 * @param {number} x
 */
function hash(x) {
  let word = Math.imul((x >>> 16) ^ x, 0x45d9f3b);
  word = Math.imul((word >>> 16) ^ word, 0x45d9f3b);
  return ((word >>> 16) ^ word) >>> 0;
}
