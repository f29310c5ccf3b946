import { expect, it } from 'vitest';
import { evaluateLoss } from './evaluate-loss.js';
import { luspoLoss } from './luspo-loss.js';
import type { PolicyBatch } from './policy-batch.js';
import { tokenWeights } from './token-weights.js';

it('luspoLoss weighs the loss of GSPO by the length of the sequence', () => {
  // Three tokens of ratio 1.1 with advantage 1, and one of ratio 2 with advantage 3, clipped at 1.5; each token
  // policy e^-1. (3 * -1.1 + 1 * -4.5) / 2.
  const loss = luspoLoss({ clipHigh: 0.5 });
  const batch = { sequences: 2, tokens: 3, actionMask: Uint8Array.of(1, 1, 1, 1, 0, 0) } as unknown as PolicyBatch;
  const ratios = [1.1, 1.1, 1.1, 2, 1, 1];
  const { value, gradient } = evaluateLoss(loss, {
    policyLogprobs: ratios.map(() => -1),
    behaviourLogprobs: ratios.map((ratio) => -1 - Math.log(ratio)),
    advantages: [1, 1, 1, 3, 0, 0],
    weights: tokenWeights(batch, loss.aggregation),
    actionMask: batch.actionMask,
    sequences: [0, 0, 0, 1, 1, 1],
  });
  expect(value).toBeCloseTo((-3.3 - 4.5) / 2, 12);
  // d/dx of 3 * -exp(mean x) / 2 by one x: -1.1 / 2; the clip holds the other.
  [-0.55, -0.55, -0.55, 0, 0, 0].forEach((expected, at) => {
    expect(gradient[at]).toBeCloseTo(expected, 12);
  });
  expect(loss.name).toBe('luspo');
  expect(luspoLoss({ aggregation: { kind: 'token-mean' } }).aggregation.kind).toBe('token-mean');
});
