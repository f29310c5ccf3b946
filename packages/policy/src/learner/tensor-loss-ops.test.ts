import type { Tensor, TensorFlow } from '@turnwise/accelerator';
import { clippedSurrogate, evaluateLoss, type PolicyLoss, supervised } from '@turnwise/gtpo';
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
  weights: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8],
};

test.each([
  ['clipped surrogate', clippedSurrogate()],
  ['clipped surrogate with dual clip', clippedSurrogate({ dualClip: 2, clipHigh: 0.05 })],
  ['supervised', supervised()],
  ['every operation', everything],
])('value, gradient and metrics are those of the float64 oracle: %s', (_, loss) => {
  const oracle = evaluateLoss(loss, inputs);
  tf.tidy(() => {
    const metrics: Record<string, number> = {};
    const total = (policyLogprobs: Tensor): Tensor => {
      const terms = loss.terms(tensorLossOps(tf), {
        policyLogprobs,
        behaviourLogprobs: tf.tensor1d(inputs.behaviourLogprobs),
        advantages: tf.tensor1d(inputs.advantages),
      });
      for (const [name, values] of Object.entries(terms.metrics))
        metrics[name] = tf.mean(values).dataSync()[0] as number;
      return tf.sum(tf.mul(terms.loss, tf.tensor1d(inputs.weights)));
    };
    const { value, grad } = tf.valueAndGrad(total as never)(tf.tensor1d(inputs.policyLogprobs));
    expect(value.dataSync()[0]).toBeCloseTo(oracle.value, 5);
    for (const [i, got] of grad.dataSync().entries()) expect(got).toBeCloseTo(oracle.gradient[i] as number, 5);
    for (const [name, expected] of Object.entries(oracle.metrics)) expect(metrics[name]).toBeCloseTo(expected, 5);
  });
});
