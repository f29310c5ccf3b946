import { ENTRIES, LEFT_OUT } from './entries.mjs';

/**
 * @import { Fixture, Output } from './fixture.mjs'
 *
 * @typedef {object} Row
 * @property {string} framework
 * @property {string} name of the function, with its variant
 * @property {'agrees' | 'differs' | 'left-out' | 'unknown'} verdict
 * @property {number | null} difference greatest absolute one; null where nothing was computed
 */

/** Greatest absolute difference that counts as agreement: the published numbers are float32. */
export const TOLERANCE = 1e-6;

/**
 * Recomputes every entry of a fixture from its inputs and compares. An entry of a name that nobody knows is `unknown`.
 *
 * @param {Fixture} fixture
 * @returns {Row[]}
 */
export function compare({ inputs, settings, outputs }) {
  return Object.entries(outputs).map(([entry, published]) => {
    const dot = entry.indexOf('.');
    const row = { framework: entry.slice(0, dot), name: entry.slice(dot + 1) };
    if (LEFT_OUT.some((name) => new RegExp(`^${name.replaceAll('.', '\\.')}($|[.(])`).test(entry))) {
      return { ...row, verdict: 'left-out', difference: null };
    }
    const recompute = ENTRIES[entry];
    if (recompute === undefined) return { ...row, verdict: 'unknown', difference: null };
    const difference = greatestDifference(recompute(inputs, settings), published);
    return { ...row, verdict: difference <= TOLERANCE ? 'agrees' : 'differs', difference };
  });
}

/**
 * Infinity when shapes differ or a number is not finite.
 *
 * @param {Output} own
 * @param {Output} published
 * @returns {number}
 */
function greatestDifference(own, published) {
  if (typeof own === 'number' || typeof published === 'number') {
    const difference = Math.abs(Number(own) - Number(published));
    return typeof own === typeof published && Number.isFinite(difference) ? difference : Number.POSITIVE_INFINITY;
  }
  if (!Array.isArray(published) || own.length !== published.length) return Number.POSITIVE_INFINITY;
  return own.reduce(
    (/** @type {number} */ most, /** @type {Output} */ value, /** @type {number} */ i) =>
      Math.max(most, greatestDifference(value, published[i])),
    0,
  );
}
