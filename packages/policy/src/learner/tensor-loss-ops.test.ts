import type { Tensor, TensorFlow } from '@turnwise/accelerator';
import {
  cispoLoss,
  clippedSurrogate,
  entropyBonus,
  evaluateLoss,
  gspoLoss,
  importanceSampling,
  klToReference,
  type PolicyLoss,
  type Regularizer,
  regularizedTerms,
  sapoLoss,
  supervised,
  truncatedImportanceSampling,
  vespoLoss,
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
    const joined = ops.mul(ops.sumOver('turn', ops.mul(ratio, a)), ops.meanOver('sequence', ops.div(p, b)));
    const counted = ops.add(joined, ops.div(ops.sumOver('sequence', p), ops.exp(ops.meanOver('turn', b))));
    const loss = ops.add(ops.add(ops.mul(bounded, frozen), p), counted);
    return { loss, metrics: { chosen, counted, low: ops.less(ratio, frozen) } };
  },
};

// Ratios e^-1, 1 (a tie of ratio and clipped ratio), e^0.1, e^1; advantages of both signs.
const inputs = {
  policyLogprobs: [-2, -1, -1.4, -0.5, -2, -1, -1.4, -0.5],
  behaviourLogprobs: [-1, -1, -1.5, -1.5, -1, -1, -1.5, -1.5],
  rolloutLogprobs: [-1.2, -1, -1.4, -2, -3, -1.1, -1.5, -1.4],
  advantages: [1, 1, 1, 1, -1, -1, -1, -1],
  entropies: [0.3, 2, 1.5, 0.01, 1, 0, 0.5, 3],
  referenceLogprobs: [-1.5, -1, -0.2, -4, -2.5, -30, -1.4, -0.1],
  weights: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8],
  // Two turns of two tokens; one of three, and one.
  sequences: [0, 0, 0, 0, 1, 1, 1, 1],
  turns: [0, 0, 1, 1, 0, 0, 0, 1],
};
/** As the learner has them: rows, with a token of the environment after the second and padding behind the second row. */
const PLACES = [0, 1, 3, 4, 5, 6, 7, 8];
const SHAPE: [number, number] = [2, 5];
const rowsOf = (values: readonly number[], fill: number): Tensor => {
  const flat = new Float32Array(10).fill(fill);
  PLACES.forEach((place, i) => {
    flat[place] = values[i] as number;
  });
  return tf.tensor2d(flat, SHAPE);
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
  ['GSPO', gspoLoss({ clipLow: 0.3, clipHigh: 0.1 }), []],
  ['GSPO-token', gspoLoss({ clipLow: 0.3, clipHigh: 0.1, gradient: 'token' }), []],
  ['clipped surrogate of turns', clippedSurrogate({ ratio: 'turn', clipHigh: 0.3 }), []],
  ['CISPO', cispoLoss({ ratioLow: 0.5, ratioHigh: 2 }), []],
  ['CISPO against the engine, dropping', cispoLoss({ ratioHigh: 2, outside: 'drop', anchor: 'rollout' }), []],
  ['SAPO', sapoLoss({ temperatureNegative: 1.5 }), []],
  ['VESPO', vespoLoss(), []],
  ['importance sampling', importanceSampling(), []],
  ['truncated importance sampling', truncatedImportanceSampling(clippedSurrogate(), { cap: 1.15 }), []],
  ['truncated by sequence', truncatedImportanceSampling(gspoLoss(), { cap: 1.15, level: 'sequence' }), []],
  ['every operation', everything, []],
  ...regularizers.map(
    (own) => [`supervised and ${own.name}`, supervised(), [own]] as [string, PolicyLoss, Regularizer[]],
  ),
  ['clipped surrogate and all regularizers', clippedSurrogate(), [...regularizers, mixed]],
])('value, gradients and metrics are those of the float64 oracle: %s', (_, loss, added) => {
  const oracle = evaluateLoss(loss, inputs, added);
  const expectNear = (got: number, expected: number) =>
    expect(Math.abs(got - expected)).toBeLessThan(1e-5 * Math.max(1, Math.abs(expected)));
  tf.tidy(() => {
    const metrics: Record<string, number> = {};
    const total = (policyLogprobs: Tensor, entropies: Tensor): Tensor => {
      const actionMask = rowsOf(
        PLACES.map(() => 1),
        0,
      );
      const ops = tensorLossOps(tf, { actionMask, turnIndices: rowsOf(inputs.turns, -1) });
      const terms = regularizedTerms(ops, loss, added, {
        policyLogprobs,
        entropies,
        // Off the mask the learner has 0; what stands there must not matter.
        behaviourLogprobs: rowsOf(inputs.behaviourLogprobs, -0.7),
        rolloutLogprobs: rowsOf(inputs.rolloutLogprobs, -0.9),
        referenceLogprobs: rowsOf(inputs.referenceLogprobs, -0.8),
        advantages: rowsOf(inputs.advantages, 5),
      });
      for (const [name, values] of Object.entries(terms.metrics))
        metrics[name] = (tf.sum(tf.mul(values, actionMask)).dataSync()[0] as number) / PLACES.length;
      // So that the entropies have a gradient, of 0, for losses that do not read them.
      const all = tf.add(terms.loss, tf.mul(entropies, 0));
      return tf.sum(tf.mul(all, rowsOf(inputs.weights, 0)));
    };
    const given = [rowsOf(inputs.policyLogprobs, -0.3), rowsOf(inputs.entropies, 0.4)];
    const { value, grads } = tf.valueAndGrads(total as never)(given);
    expectNear(value.dataSync()[0] as number, oracle.value);
    [oracle.gradient, oracle.entropyGradient as Float64Array].forEach((expected, k) => {
      (grads[k] as Tensor).dataSync().forEach((got, place) => {
        const i = PLACES.indexOf(place);
        expectNear(got, i < 0 ? 0 : (expected[i] as number));
      });
    });
    for (const [name, expected] of Object.entries(oracle.metrics)) expectNear(metrics[name] as number, expected);
  });
});

test('a loss that joins tokens needs to know where they belong', () => {
  const ops = tensorLossOps(tf);
  expect(() => ops.sumOver('sequence', tf.scalar(1))).toThrow('places: must say where the sequences are');
  const rows = tensorLossOps(tf, { actionMask: tf.ones([1, 1]) });
  expect(() => rows.meanOver('turn', tf.scalar(1))).toThrow('places: must say where the turns are');
});
