import type { LossOps, TokenSet } from './policy-loss.js';

/** A value of one number per token, and how its derivative flows back to what it was made of. */
export interface Float64Value {
  readonly values: Float64Array;
  /** d result / d value; filled by `backward`. */
  readonly adjoint: Float64Array;
}

/** The operations, the inputs made differentiable, and the reverse pass. */
export interface Float64Ops extends LossOps<Float64Value> {
  input(values: ArrayLike<number>): Float64Value;
  /** Fills the adjoints of everything that `result` was made of, for `d result = seed`. Once per tape. */
  backward(result: Float64Value, seed: Float64Array): void;
}

/** `[tokens]` each: equal numbers are the same sequence, the same turn. */
export type TokenSets = { readonly [set in TokenSet]?: Int32Array };

type Elementwise = (i: number) => number;

/**
 * The operations of a loss on `Float64Array`s of `length`, with reverse-mode derivatives: each operation writes down on
 * a tape how its adjoint adds to those of its arguments; `backward` plays the tape from the end.
 *
 * At a tie, `minimum` and `maximum` pass the derivative to their first argument. `less`, the condition of `where` and
 * `stopGradient` pass none. A derivative of 0 stays 0 whatever it is multiplied by, so a branch that is not taken never
 * makes a NaN.
 *
 * @throws RangeError, when a loss reduces over a set that was not given.
 */
export function float64Ops(length: number, sets: TokenSets = {}): Float64Ops {
  const tape: (() => void)[] = [];
  const make = (at: Elementwise): Float64Value => ({
    values: Float64Array.from({ length }, (_, i) => at(i)),
    adjoint: new Float64Array(length),
  });
  /** An element-wise operation: its value, and for each argument the derivative by it. */
  const node = (at: Elementwise, ...partials: readonly (readonly [Float64Value, Elementwise])[]): Float64Value => {
    const result = make(at);
    tape.push(() => {
      for (const [argument, partial] of partials) addAdjoint(argument.adjoint, result.adjoint, partial);
    });
    return result;
  };
  const reduced = (set: TokenSet, a: Float64Value, kind: 'sum' | 'mean'): Float64Value => {
    const members = sets[set];
    if (members === undefined)
      throw new RangeError(`${set}s: must be given, since the loss joins their tokens, got none`);
    const scale = scales(members, kind);
    const result = { values: sumsOver(members, scale, a.values), adjoint: new Float64Array(length) };
    tape.push(() => {
      // A token's sum reaches all tokens of its set, so each receives the sum of their adjoints.
      const flowing = sumsOver(members, scale, result.adjoint);
      for (let i = 0; i < length; i++) a.adjoint[i] = (a.adjoint[i] as number) + (flowing[i] as number);
    });
    return result;
  };
  const v = (a: Float64Value, i: number) => a.values[i] as number;
  return {
    input: (values) => make((i) => values[i] as number),
    constant: (value) => make(() => value),
    add: (a, b) => node((i) => v(a, i) + v(b, i), [a, () => 1], [b, () => 1]),
    sub: (a, b) => node((i) => v(a, i) - v(b, i), [a, () => 1], [b, () => -1]),
    mul: (a, b) => node((i) => v(a, i) * v(b, i), [a, (i) => v(b, i)], [b, (i) => v(a, i)]),
    div: (a, b) => node((i) => v(a, i) / v(b, i), [a, (i) => 1 / v(b, i)], [b, (i) => -v(a, i) / (v(b, i) * v(b, i))]),
    neg: (a) => node((i) => -v(a, i), [a, () => -1]),
    exp: (a) => node((i) => Math.exp(v(a, i)), [a, (i) => Math.exp(v(a, i))]),
    minimum: (a, b) =>
      node(
        (i) => Math.min(v(a, i), v(b, i)),
        [a, (i) => (v(a, i) <= v(b, i) ? 1 : 0)],
        [b, (i) => (v(a, i) <= v(b, i) ? 0 : 1)],
      ),
    maximum: (a, b) =>
      node(
        (i) => Math.max(v(a, i), v(b, i)),
        [a, (i) => (v(a, i) >= v(b, i) ? 1 : 0)],
        [b, (i) => (v(a, i) >= v(b, i) ? 0 : 1)],
      ),
    less: (a, b) => make((i) => (v(a, i) < v(b, i) ? 1 : 0)),
    where: (condition, a, b) =>
      node(
        (i) => (v(condition, i) === 1 ? v(a, i) : v(b, i)),
        [a, (i) => (v(condition, i) === 1 ? 1 : 0)],
        [b, (i) => (v(condition, i) === 1 ? 0 : 1)],
      ),
    stopGradient: (a) => make((i) => v(a, i)),
    sumOver: (set, a) => reduced(set, a, 'sum'),
    meanOver: (set, a) => reduced(set, a, 'mean'),
    backward: (result, seed) => {
      result.adjoint.set(seed);
      for (const play of tape.reverse()) play();
    },
  };
}

/** What the sum of each set is multiplied by: 1, or 1 / members. */
function scales(members: Int32Array, kind: 'sum' | 'mean'): Float64Array {
  const counts = new Float64Array(members.reduce((most, set) => Math.max(most, set + 1), 0));
  for (const set of members) counts[set] = (counts[set] as number) + 1;
  return kind === 'sum' ? counts.fill(1) : counts.map((count) => (count === 0 ? 0 : 1 / count));
}

/** Gives every token the scaled sum of its set. */
function sumsOver(members: Int32Array, scale: Float64Array, values: Float64Array): Float64Array {
  const sums = new Float64Array(scale.length);
  members.forEach((set, i) => {
    sums[set] = (sums[set] as number) + (values[i] as number);
  });
  return Float64Array.from(members, (set) => (sums[set] as number) * (scale[set] as number));
}

function addAdjoint(target: Float64Array, result: Float64Array, partial: Elementwise): void {
  for (let i = 0; i < target.length; i++) {
    const flowing = result[i] as number;
    if (flowing !== 0) target[i] = (target[i] as number) + flowing * partial(i);
  }
}
