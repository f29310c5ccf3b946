import { describe, expect, it } from 'vitest';
import { evaluateLoss } from './evaluate-loss.js';
import { vespoLoss } from './vespo-loss.js';

/** Tokens of these ratios and advantages, all of one sequence unless told; the policy gives each e^-1. */
function evaluate(
  options: Parameters<typeof vespoLoss>[0],
  ratios: number[],
  advantages: number[],
  sequences = [0, 0],
) {
  return evaluateLoss(vespoLoss(options), {
    policyLogprobs: ratios.map(() => -1),
    behaviourLogprobs: ratios.map((ratio) => -1 - Math.log(ratio)),
    advantages,
    weights: ratios.map(() => 1),
    sequences: sequences.slice(0, ratios.length),
  });
}

describe('vespoLoss', () => {
  it('is REINFORCE on policy: the kernel of 1 is 1', () => {
    const { value, gradient, metrics } = evaluate({}, [1, 1], [2, -3]);
    // -1 * A * -1 each.
    expect(value).toBeCloseTo(2 - 3, 12);
    expect([...gradient]).toEqual([-2, 3]);
    expect(metrics).toMatchObject({ kernel_mean: 1, ratio_mean: 1, approximate_kl: 0 });
  });

  it.each([
    // Two tokens of ratio 1.5 and .8: w = 1.2. w^2 exp(3 (1 - 1.2)) and w^3 exp(2 (1 - 1.2)).
    ['above 1, positive', [1.5, 0.8], 1, 1.44 * Math.exp(-0.6)],
    ['above 1, negative', [1.5, 0.8], -1, 1.728 * Math.exp(-0.4)],
    // w = .25: .0625 exp(2.25) and .015625 exp(1.5).
    ['below 1, positive', [0.5, 0.5], 1, 0.0625 * Math.exp(2.25)],
    ['below 1, negative', [0.5, 0.5], -1, 0.015625 * Math.exp(1.5)],
    // An advantage of 0 counts as positive and gives nothing.
    ['advantage 0', [1.5, 0.8], 0, 0],
  ])('%s: the product over the sequence, reshaped', (_, ratios, advantage, kernel) => {
    const { gradient } = evaluate({}, ratios, [advantage, advantage]);
    for (const coefficient of gradient) expect(coefficient).toBeCloseTo(-advantage * kernel, 12);
  });

  it('takes other powers and decays: at 1 and 0 the plain ratio, at 0 and 0 nothing of it', () => {
    const ratio = { powerPositive: 1, decayPositive: 0 };
    expect(evaluate(ratio, [1.5, 0.8], [1, 1]).gradient[0]).toBeCloseTo(-1.2, 12);
    expect(evaluate({ powerNegative: 0, decayNegative: 0 }, [1.5, 0.8], [-1, -1]).gradient[0]).toBeCloseTo(1, 12);
  });

  it('keeps sequences apart', () => {
    const { gradient } = evaluate({}, [1, 2], [1, 1], [0, 1]);
    expect(gradient[0]).toBe(-1);
    expect(gradient[1]).toBeCloseTo(-4 * Math.exp(-3), 12);
  });

  it('fades to 0, and to no NaN, far from the policy', () => {
    expect(Array.from(evaluate({}, [1e9], [1]).gradient, Math.abs)).toEqual([0]);
    expect(evaluate({}, [1e-9], [-1]).gradient[0]).toBeCloseTo(0, 12);
  });

  it('refuses a negative power', () => {
    expect(() => vespoLoss({ powerNegative: -1 })).toThrow('powerNegative: must be finite and at least 0, got -1');
    expect(() => vespoLoss({ decayPositive: Number.NaN })).toThrow('decayPositive: must be finite and at least 0');
  });
});
