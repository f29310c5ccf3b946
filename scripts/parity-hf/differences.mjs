/**
 * The greatest absolute difference of two arrays; Infinity when their lengths differ or a number is not finite.
 *
 * @param {ArrayLike<number>} got
 * @param {ArrayLike<number>} expected
 */
export function greatestDifference(got, expected) {
  if (got.length !== expected.length) return Number.POSITIVE_INFINITY;
  let most = 0;
  for (let i = 0; i < got.length; i++) {
    const difference = Math.abs(/** @type {number} */ (got[i]) - /** @type {number} */ (expected[i]));
    most = Number.isFinite(difference) ? Math.max(most, difference) : Number.POSITIVE_INFINITY;
  }
  return most;
}

/** Norms below this share of the greatest one are rounding, and are compared with it. */
const LEAST_SHARE = 1e-4;

/**
 * The greatest relative difference of gradients from their norm, first and last element and sum: the norm's share of the
 * norm, an element's of the greater of itself and the root mean square, the sum's of the greater of itself and the norm.
 *
 * @param {ReadonlyMap<string, Float32Array>} gradients
 * @param {Readonly<Record<string, readonly [number, number, number, number]>>} expected
 * @returns {{ difference: number, tensor: string }}
 */
export function gradientDifference(gradients, expected) {
  const floor = LEAST_SHARE * Math.max(...Object.values(expected).map(([norm]) => norm));
  let worst = { difference: 0, tensor: '' };
  for (const [name, [norm, first, last, sum]] of Object.entries(expected)) {
    const values = gradients.get(plainName(name));
    const scale = Math.max(norm, floor);
    const typical = values === undefined ? 1 : scale / Math.sqrt(values.length);
    const differences =
      values === undefined
        ? [Number.POSITIVE_INFINITY]
        : [
            Math.abs(Math.sqrt(total(values, (x) => x * x)) - norm) / scale,
            Math.abs(/** @type {number} */ (values[0]) - first) / Math.max(Math.abs(first), typical),
            Math.abs(/** @type {number} */ (values.at(-1)) - last) / Math.max(Math.abs(last), typical),
            Math.abs(total(values, (x) => x) - sum) / Math.max(Math.abs(sum), scale),
          ];
    const difference = Math.max(
      ...differences.map((value) => (Number.isFinite(value) ? value : Number.POSITIVE_INFINITY)),
    );
    if (difference >= worst.difference) worst = { difference, tensor: name };
  }
  return worst;
}

/**
 * The name of a weight without what PEFT puts around it.
 *
 * @param {string} name
 */
function plainName(name) {
  return name
    .replace(/^base_model\.model\./, '')
    .replace('.base_layer', '')
    .replace(/\.lora_([AB])\.\w+\.weight$/, '.lora_$1.weight');
}

/**
 * @param {Float32Array} values
 * @param {(x: number) => number} of
 */
function total(values, of) {
  let sum = 0;
  for (const value of values) sum += of(value);
  return sum;
}
