/** How an advantage came about, in one step: `weight * (value - baseline) / deviation`. */
export interface CreditTerm {
  /** The turn (or action token) of the batch whose number this is: the own one, or a later one that hands credit back. */
  readonly place: number;
  /** What was compared: a reward, a return. */
  readonly value: number;
  /** What it was compared with: the mean of a set, the mean of the others, the value of a critic. */
  readonly baseline: number;
  /** What the difference was divided by, epsilon included; 1 where it was not. */
  readonly deviation: number;
  readonly weight: number;
  /** Of a composed estimator. */
  readonly part?: string;
}

/**
 * The terms that add up to the advantage of a turn (or action token); none for one that takes no part. Everything is
 * computed when it is asked for.
 */
export type Credit = (place: number) => readonly CreditTerm[];

/** What an element of a set was compared with. */
export type Comparison = (i: number) => { readonly baseline: number; readonly deviation: number };

/** Advantages and how they came about. */
export interface Credited {
  readonly values: Float64Array;
  readonly credit: Credit;
}

/** The credit of elements that were compared within their set; none for those of weight 0. */
export function creditOf(values: Float64Array, weights: Float64Array, comparison: Comparison): Credit {
  return (place) =>
    weights[place] === 0 ? [] : [{ place, value: values[place] as number, ...comparison(place), weight: 1 }];
}

/** The same differences, each told as that of a larger number and a larger baseline: GAE as return less value. */
export function shifted(credit: Credit, by: (place: number) => number): Credit {
  return (place) =>
    credit(place).map((term) => {
      const more = by(term.place);
      return { ...term, value: term.value + more, baseline: term.baseline + more };
    });
}

/** Every row's credit for each of its elements: that of a trajectory for its turns, of a turn for its tokens. */
export function creditOfRows(credit: Credit, splits: Int32Array): Credit {
  return (place) => credit(rowOf(splits, place)).map((term) => ({ ...term, place }));
}

/** Which row an element belongs to; rows without elements hold none. */
export function rowOf(splits: Int32Array, element: number): number {
  let [low, high] = [0, splits.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((splits[middle] as number) <= element) low = middle;
    else high = middle;
  }
  return low;
}
