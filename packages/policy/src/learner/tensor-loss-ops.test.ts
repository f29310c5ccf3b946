import type { Tensor, TensorFlow } from '@turnwise/accelerator';
import {
  clippedSurrogate,
  entropyBonus,
  evaluateLoss,
  klToReference,
  type PolicyLoss,
  type Regularizer,
  regularizedTerms,
  supervised,
} from '@turnwise/gtpo';
import { expect, test } from 'vitest';
import { backendOrNull } from '../../test/backends.js';
import { tensorLossOps } from './tensor-loss-ops.js';

const tf = (await backendOrNull('cpu'))?.tf as TensorFlow;

/** Uses every operation, so that none can differ between the interpreters unseen. */
const everything: PolicyLoss = {
  name: 'everything',
  aggregation: { kind: 'token-mean' },
  terms: (ops, { policyLogprobs: p, behaviourLogprobs: b, advantages: a }) => {
    const ratio = ops.exp(ops.sub(p, b));
    const frozen = ops.stopGradient(ratio);
    const chosen = ops.where(ops.less(a, ops.constant(0)), ops.mul(ratio, ratio), ops.neg(ratio));
    const bounded = ops.maximum(ops.minimum(chosen, ops.constant(1.1)), ops.constant(-0.9));
    return { loss: ops.add(ops.mul(bounded, frozen), p), metrics: { chosen, low: ops.less(ratio, frozen) } };
  },
};

// Ratios e^-1, 1 (a tie of ratio and clipped ratio), e^0.1, e^1; advantages of both signs.
const inputs = {
  policyLogprobs: [-2, -1, -1.4, -0.5, -2, -1, -1.4, -0.5],
  behaviourLogprobs: [-1, -1, -1.5, -1.5, -1, -1, -1.5, -1.5],
  advantages: [1, 1, 1, 1, -1, -1, -1, -1],
  entropies: [0.3, 2, 1.5, 0.01, 1, 0, 0.5, 3],
  referenceLogprobs: [-1.5, -1, -0.2, -4, -2.5, -30, -1.4, -0.1],
  weights: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8],
};

const regularizers: Regularizer[] = [
  entropyBonus({ coefficient: 0.3 }),
  klToReference({ coefficient: 0.5, value: 'k1' }),
  klToReference({ coefficient: 0.4, value: 'k2' }),
  klToReference({ coefficient: 0.2, value: 'k3' }),
];
const mixed = klToReference({ coefficient: 0.7, value: 'k3', gradient: 'k2' });

test.each<[string, PolicyLoss, Regularizer[]]>([
  ['clipped surrogate', clippedSurrogate(), []],
  ['clipped surrogate with dual clip', clippedSurrogate({ dualClip: 2, clipHigh: 0.05 }), []],
  ['supervised', supervised(), []],
  ['every operation', everything, []],
  ...regularizers.map(
    (own) => [`supervised and ${own.name}`, supervised(), [own]] as [string, PolicyLoss, Regularizer[]],
  ),
  ['clipped surrogate and all regularizers', clippedSurrogate(), [...regularizers, mixed]],
])('value, gradients and metrics are those of the float64 oracle: %s', (_, loss, added) => {
  const oracle = evaluateLoss(loss, inputs, added);
  tf.tidy(() => {
    const metrics: Record<string, number> = {};
    const total = (policyLogprobs: Tensor, entropies: Tensor): Tensor => {
      const terms = regularizedTerms(tensorLossOps(tf), loss, added, {
        policyLogprobs,
        entropies,
        behaviourLogprobs: tf.tensor1d(inputs.behaviourLogprobs),
        advantages: tf.tensor1d(inputs.advantages),
        referenceLogprobs: tf.tensor1d(inputs.referenceLogprobs),
      });
      for (const [name, values] of Object.entries(terms.metrics))
        metrics[name] = tf.mean(values).dataSync()[0] as number;
      // So that the entropies have a gradient, of 0, for losses that do not read them.
      const all = tf.add(terms.loss, tf.mul(entropies, 0));
      return tf.sum(tf.mul(all, tf.tensor1d(inputs.weights)));
    };
    const given = [tf.tensor1d(inputs.policyLogprobs), tf.tensor1d(inputs.entropies)];
    const { value, grads } = tf.valueAndGrads(total as never)(given);
    const expectNear = (got: number, expected: number) =>
      expect(Math.abs(got - expected)).toBeLessThan(1e-5 * Math.max(1, Math.abs(expected)));
    expectNear(value.dataSync()[0] as number, oracle.value);
    [oracle.gradient, oracle.entropyGradient as Float64Array].forEach((expected, k) => {
      for (const [i, got] of (grads[k] as Tensor).dataSync().entries()) expectNear(got, expected[i] as number);
    });
    for (const [name, expected] of Object.entries(oracle.metrics)) expectNear(metrics[name] as number, expected);
  });
});
