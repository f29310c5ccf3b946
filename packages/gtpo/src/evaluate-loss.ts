import { type Float64Value, float64Ops } from './float64-ops.js';
import type { PolicyLoss } from './policy-loss.js';
import { tokenSets } from './token-sets.js';

/** One entry per token; only action tokens, or a whole packed batch together with its action mask. */
export interface EvaluateLossInputs {
  /** Of the policy now, at the temperature of the behaviour log-probabilities. */
  readonly policyLogprobs: ArrayLike<number>;
  readonly behaviourLogprobs: ArrayLike<number>;
  readonly advantages: ArrayLike<number>;
  /** Of `tokenWeights`, for the whole optimizer step even when this is a part of it. */
  readonly weights: ArrayLike<number>;
  /** Entries that are 0 are left out: gradient 0, no share in metrics. */
  readonly actionMask?: ArrayLike<number>;
  /** Of the engine that sampled, for a loss that needs it. */
  readonly rolloutLogprobs?: ArrayLike<number>;
  /** Which sequence each token belongs to, for a loss that joins its tokens; a sequence must be whole. */
  readonly sequences?: ArrayLike<number>;
  /** Which turn of its sequence, likewise. */
  readonly turns?: ArrayLike<number>;
}

export interface EvaluatedLoss {
  /** `sum over tokens of weight * loss`. */
  readonly value: number;
  /** d value / d policy log-prob, one entry per token given; the coefficient of a linear loss. */
  readonly gradient: Float64Array;
  /** Means over the action tokens given; empty when there is none. */
  readonly metrics: Readonly<Record<string, number>>;
}

/**
 * Evaluates a policy loss in float64: its value, the derivative by each log-probability, its metrics. The oracle for
 * the tensors of a learner, and what a remote learner gets as the weights of a linear loss.
 *
 * Parts of an optimizer step, evaluated apart with the step's weights, add up to its value, and their gradients are the
 * step's.
 *
 * @throws RangeError when lengths differ, or an input of an action token is not finite.
 * @example
 * evaluateLoss(clippedSurrogate(), {
 *   policyLogprobs: [-0.5], behaviourLogprobs: [-0.5], advantages: [2], weights: [1],
 * }); // { value: -2, gradient: [-2], metrics: { ratio_mean: 1, ... } }
 */
export function evaluateLoss(loss: PolicyLoss, inputs: EvaluateLossInputs): EvaluatedLoss {
  const places = actionPlaces(inputs);
  const gather = (name: keyof EvaluateLossInputs) => Float64Array.from(places, (at) => finiteAt(inputs, name, at));
  const ops = float64Ops(places.length, tokenSets(inputs, places));
  const policyLogprobs = ops.input(gather('policyLogprobs'));
  const terms = loss.terms<Float64Value>(ops, {
    policyLogprobs,
    behaviourLogprobs: ops.input(gather('behaviourLogprobs')),
    advantages: ops.input(gather('advantages')),
    ...(inputs.rolloutLogprobs ? { rolloutLogprobs: ops.input(gather('rolloutLogprobs')) } : {}),
  });
  const weights = gather('weights');
  ops.backward(terms.loss, weights);
  const gradient = new Float64Array(inputs.policyLogprobs.length);
  places.forEach((at, i) => {
    gradient[at] = policyLogprobs.adjoint[i] as number;
  });
  const value = terms.loss.values.reduce((sum, own, i) => sum + own * (weights[i] as number), 0);
  return { value, gradient, metrics: places.length === 0 ? {} : means(terms.metrics) };
}

function means(metrics: Readonly<Record<string, Float64Value>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(metrics).map(([name, { values }]) => [
      name,
      values.reduce((sum, value) => sum + value, 0) / values.length,
    ]),
  );
}

/** Indices of the action tokens. */
function actionPlaces({ policyLogprobs, ...others }: EvaluateLossInputs): number[] {
  const { length } = policyLogprobs;
  for (const [name, values] of Object.entries(others)) {
    if (values.length !== length) throw new RangeError(`${name}: must hold ${length} values, got ${values.length}`);
  }
  const all = Array.from({ length }, (_, at) => at);
  const { actionMask } = others;
  return actionMask ? all.filter((at) => actionMask[at] === 1) : all;
}

function finiteAt(inputs: EvaluateLossInputs, name: keyof EvaluateLossInputs, at: number): number {
  const value = inputs[name]?.[at];
  if (value === undefined || !Number.isFinite(value)) {
    throw new RangeError(`${name}: must be finite, got ${value} at ${at}`);
  }
  return value;
}
