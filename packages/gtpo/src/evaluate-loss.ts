import { type Float64Value, float64Ops } from './float64-ops.js';
import type { PolicyLoss } from './policy-loss.js';
import { type Regularizer, regularizedTerms } from './regularizer.js';
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
  /** Entropy of the distribution that each token was drawn from, for a regularizer that needs it. */
  readonly entropies?: ArrayLike<number>;
  /** Of a frozen policy, for a regularizer that needs it. */
  readonly referenceLogprobs?: ArrayLike<number>;
  /** Of the engine that sampled, for a loss that needs it. */
  readonly rolloutLogprobs?: ArrayLike<number>;
  /** Which sequence each token belongs to, for a loss that joins its tokens; a sequence must be whole. */
  readonly sequences?: ArrayLike<number>;
  /** Which turn of its sequence, likewise. */
  readonly turns?: ArrayLike<number>;
}

/** What a loss comes to, in float64. */
export interface EvaluatedLoss {
  /** `sum over tokens of weight * loss`. */
  readonly value: number;
  /** d value / d policy log-prob, one entry per token given; the coefficient of a linear loss. */
  readonly gradient: Float64Array;
  /** d value / d entropy, one entry per token given; absent when no entropies were given. */
  readonly entropyGradient?: Float64Array;
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
 * @param regularizers added to the loss of every token; each reads one more input.
 * @throws RangeError when lengths differ, an input of an action token is not finite, or one that a regularizer needs is
 *   missing.
 * @example
 * evaluateLoss(clippedSurrogate(), {
 *   policyLogprobs: [-0.5], behaviourLogprobs: [-0.5], advantages: [2], weights: [1],
 * }); // { value: -2, gradient: [-2], metrics: { ratio_mean: 1, ... } }
 */
export function evaluateLoss(
  loss: PolicyLoss,
  inputs: EvaluateLossInputs,
  regularizers: readonly Regularizer[] = [],
): EvaluatedLoss {
  const places = actionPlaces(inputs);
  const gather = (name: keyof EvaluateLossInputs) => Float64Array.from(places, (at) => finiteAt(inputs, name, at));
  const ops = float64Ops(places.length, tokenSets(inputs, places));
  const optional = <K extends 'entropies' | 'referenceLogprobs' | 'rolloutLogprobs'>(name: K) =>
    (inputs[name] === undefined ? {} : { [name]: ops.input(gather(name)) }) as { readonly [name in K]?: Float64Value };
  const given = {
    policyLogprobs: ops.input(gather('policyLogprobs')),
    behaviourLogprobs: ops.input(gather('behaviourLogprobs')),
    advantages: ops.input(gather('advantages')),
    ...optional('entropies'),
    ...optional('referenceLogprobs'),
    ...optional('rolloutLogprobs'),
  };
  const terms = regularizedTerms<Float64Value>(ops, loss, regularizers, given);
  const weights = gather('weights');
  ops.backward(terms.loss, weights);
  const scatter = ({ adjoint }: Float64Value): Float64Array => {
    const result = new Float64Array(inputs.policyLogprobs.length);
    places.forEach((at, i) => {
      result[at] = adjoint[i] as number;
    });
    return result;
  };
  const value = terms.loss.values.reduce((sum, own, i) => sum + own * (weights[i] as number), 0);
  return {
    value,
    gradient: scatter(given.policyLogprobs),
    ...(given.entropies === undefined ? {} : { entropyGradient: scatter(given.entropies) }),
    metrics: places.length === 0 ? {} : means(terms.metrics),
  };
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
  const value = (inputs[name] as ArrayLike<number>)[at] as number;
  if (!Number.isFinite(value)) {
    throw new RangeError(`${name}: must be finite, got ${value} at ${at}`);
  }
  return value;
}
