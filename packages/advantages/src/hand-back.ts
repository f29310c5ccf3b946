import { type Credit, type Credited, rowOf } from './credit.js';
import { discountedReturns } from './discounted-returns.js';

/**
 * Hands credit back to the turns before: `A[j] = sum over m = j .. T of discount^(m - j) * z[m]`.
 *
 * @param values `[turns]`, standardized already.
 * @param credit of each of them.
 * @returns `[turns]`, a new array.
 */
export function handBack(
  values: Float64Array,
  credit: Credit,
  trajectorySplits: Int32Array,
  discount: number,
): Credited {
  return {
    values: discountedReturns(values, trajectorySplits, discount),
    credit: (turn) => {
      const end = trajectorySplits[rowOf(trajectorySplits, turn) + 1] as number;
      return Array.from({ length: end - turn }, (_, distance) =>
        credit(turn + distance).map((term) => ({ ...term, weight: term.weight * discount ** distance })),
      ).flat();
    },
  };
}
