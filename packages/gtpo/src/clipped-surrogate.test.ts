import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PARITY } from '../test/framework-parity.js';
import { type ClippedSurrogateOptions, clippedSurrogate } from './clipped-surrogate.js';
import { evaluateLoss } from './evaluate-loss.js';
import type { PolicyBatch } from './policy-batch.js';
import { tokenWeights } from './token-weights.js';

/** One token with this ratio and advantage, weight 1. */
function one(ratio: number, advantage: number, options: ClippedSurrogateOptions = {}) {
  const { value, gradient, metrics } = evaluateLoss(clippedSurrogate(options), {
    policyLogprobs: [Math.log(ratio) - 1],
    behaviourLogprobs: [-1],
    advantages: [advantage],
    weights: [1],
  });
  return { value, gradient: gradient[0] as number, metrics };
}

describe('clippedSurrogate, branch by branch (clip .2 / .2)', () => {
  it.each([
    // ratio, advantage, loss, derivative by the log-probability: -ratio * A, or 0 where clipped.
    ['inside, positive', 1.1, 2, -2.2, -2.2],
    ['inside, negative', 0.9, -2, 1.8, 1.8],
    ['on policy', 1, 3, -3, -3],
    ['upper clip binds', 1.5, 2, -2.4, 0],
    ['above, but negative: no clip', 1.5, -2, 3, 3],
    ['lower clip binds', 0.5, -2, 1.6, 0],
    ['below, but positive: no clip', 0.5, 2, -1, -1],
    ['advantage 0', 1.5, 0, 0, 0],
  ])('%s', (_, ratio, advantage, loss, derivative) => {
    const { value, gradient } = one(ratio, advantage);
    expect(value).toBeCloseTo(loss, 12);
    expect(gradient).toBeCloseTo(derivative, 12);
  });

  it('clips at other bounds when told', () => {
    // DAPO's upper bound 1.28, and a lower bound of .9.
    expect(one(1.5, 1, { clipHigh: 0.28 }).value).toBeCloseTo(-1.28, 12);
    expect(one(1.25, 1, { clipHigh: 0.28 }).gradient).toBeCloseTo(-1.25, 12);
    expect(one(0.85, -1, { clipLow: 0.1 }).value).toBeCloseTo(0.9, 12);
  });

  it('bounds the loss of a negative token by the dual clip, and only that', () => {
    // Ratio 5, A -2: loss 10, with dual clip 3 it is 6 and has no gradient.
    expect(one(5, -2).value).toBeCloseTo(10, 12);
    expect(one(5, -2, { dualClip: 3 })).toMatchObject({ value: expect.closeTo(6, 12), gradient: 0 });
    expect(one(2, -2, { dualClip: 3 }).value).toBeCloseTo(4, 12);
    expect(one(0.5, -2, { dualClip: 3 }).value).toBeCloseTo(1.6, 12);
    expect(one(5, 2, { dualClip: 3 }).value).toBeCloseTo(-2.4, 12);
    expect(one(0.5, 2, { dualClip: 3 }).value).toBeCloseTo(-1, 12);
  });

  it('cuts a log ratio that would overflow', () => {
    const far = { behaviourLogprobs: [-2000], policyLogprobs: [-1], weights: [1] };
    const { value, gradient } = evaluateLoss(clippedSurrogate(), { ...far, advantages: [-1] });
    expect(value).toBeCloseTo(Math.exp(20), 3);
    expect(gradient[0]).toBe(0);
    expect(evaluateLoss(clippedSurrogate(), { ...far, advantages: [1] }).value).toBeCloseTo(-1.2, 12);
  });
});

describe('clippedSurrogate, metrics', () => {
  it('names the clip that binds', () => {
    const fractions = (ratio: number, advantage: number) => {
      const { metrics } = one(ratio, advantage, { dualClip: 3 });
      return ['clip_fraction_low', 'clip_fraction_high', 'clip_fraction_dual'].map((name) => metrics[name]);
    };
    expect(fractions(1.1, 1)).toEqual([0, 0, 0]);
    expect(fractions(0.5, -1)).toEqual([1, 0, 0]);
    expect(fractions(0.5, 1)).toEqual([0, 0, 0]);
    expect(fractions(1.5, 1)).toEqual([0, 1, 0]);
    expect(fractions(1.5, -1)).toEqual([0, 0, 0]);
    expect(fractions(4, -1)).toEqual([0, 0, 1]);
    expect(fractions(4, 0)).toEqual([0, 0, 0]);
  });

  it('counts exactly the tokens without gradient', () => {
    const ratio = fc.double({ min: 0.05, max: 8, noNaN: true });
    fc.assert(
      fc.property(ratio, fc.constantFrom(-2, -0.5, 0.5, 2), (r, advantage) => {
        const { gradient, metrics } = one(r, advantage, { dualClip: 3 });
        const { clip_fraction_low = 0, clip_fraction_high = 0, clip_fraction_dual = 0 } = metrics;
        expect(clip_fraction_low + clip_fraction_high + clip_fraction_dual).toBe(gradient === 0 ? 1 : 0);
      }),
    );
  });

  it('gives the mean ratio and the k3 estimate of the divergence', () => {
    const { metrics } = evaluateLoss(clippedSurrogate(), {
      policyLogprobs: [-1 + Math.log(2), -1],
      behaviourLogprobs: [-1, -1],
      advantages: [1, 1],
      weights: [0.5, 0.5],
    });
    expect(metrics['ratio_mean']).toBeCloseTo(1.5, 12);
    // (4 + 1) / 2; the effective sample size of 2 and 1 is 9 / 5, of 2 tokens .9 = 1.5^2 / 2.5.
    expect(metrics['ratio_square_mean']).toBeCloseTo(2.5, 12);
    // (2 - 1 - ln 2) / 2.
    expect(metrics['approximate_kl']).toBeCloseTo(0.153426, 6);
    expect(metrics).not.toHaveProperty('clip_fraction_dual');
  });
});

describe('clippedSurrogate against other frameworks', () => {
  const { mask, policyLogprobs, behaviourLogprobs, advantages, clipLow, clipHigh, dualClip } = PARITY;
  const actionMask = Uint8Array.from(mask.flat());
  const indices = { turnIndices: new Int32Array(36), groupIndices: new Int32Array(6) };
  const batch = { sequences: 6, tokens: 6, actionMask, ...indices } as unknown as PolicyBatch;
  const value = (kind: 'token-mean' | 'sequence-mean-token-mean') =>
    evaluateLoss(clippedSurrogate({ clipLow, clipHigh, dualClip }), {
      policyLogprobs: policyLogprobs.flat(),
      behaviourLogprobs: behaviourLogprobs.flat(),
      advantages: advantages.flat(),
      weights: tokenWeights(batch, { kind }),
      actionMask,
    }).value;

  it('has the value on which seven of them agree', () => {
    expect(Math.abs(value('token-mean') - PARITY.tokenMean)).toBeLessThan(1e-6);
  });

  it('has the value of TRL for the mean over sequences', () => {
    expect(Math.abs(value('sequence-mean-token-mean') - PARITY.sequenceMeanTokenMean)).toBeLessThan(1e-6);
  });
});

describe('clippedSurrogate, options', () => {
  it('has a name and takes an aggregation', () => {
    expect(clippedSurrogate()).toMatchObject({ name: 'clipped-surrogate', aggregation: { kind: 'token-mean' } });
    const aggregation = { kind: 'sequence-mean-token-sum' } as const;
    expect(clippedSurrogate({ aggregation }).aggregation).toBe(aggregation);
  });

  it('takes options at the ends of their ranges, and needs turns for their ratio alone', () => {
    expect(one(0.001, -1, { clipLow: 1 }).value).toBeCloseTo(0.001, 12);
    expect(one(1.1, 1, { clipLow: 0, clipHigh: 0 }).value).toBeCloseTo(-1, 12);
    expect(clippedSurrogate().needs).toBeUndefined();
  });

  it.each<[ClippedSurrogateOptions, string]>([
    [{ clipLow: -0.1 }, 'clipLow: must be in [0, 1], got -0.1'],
    [{ clipLow: 1.1 }, 'clipLow: must be in [0, 1], got 1.1'],
    [{ clipHigh: Number.NaN }, 'clipHigh: must be finite and at least 0, got NaN'],
    [{ dualClip: 1 }, 'dualClip: must be finite and above 1, got 1'],
  ])('refuses %o', (options, message) => {
    expect(() => clippedSurrogate(options)).toThrow(new RangeError(message));
  });
});
