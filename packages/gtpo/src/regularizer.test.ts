import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clippedSurrogate } from './clipped-surrogate.js';
import { entropyBonus } from './entropy-bonus.js';
import { evaluateLoss } from './evaluate-loss.js';
import { gtpo } from './gtpo.js';
import { type KlEstimator, klToReference } from './kl-to-reference.js';
import type { Regularizer } from './regularizer.js';
import { supervised } from './supervised.js';

/** A loss of nothing, so that a regularizer stands alone. */
const nothing = { ...supervised(), terms: (ops: never) => ({ loss: (ops as Ops).constant(0), metrics: {} }) } as never;
type Ops = { constant(value: number): unknown };

/** One token of this log-probability, reference log-probability and entropy; weight 1. */
function one(regularizer: Regularizer, policy: number, reference = 0, entropy = 0) {
  const { value, gradient, entropyGradient, metrics } = evaluateLoss(
    nothing,
    {
      policyLogprobs: [policy],
      behaviourLogprobs: [0],
      advantages: [0],
      weights: [1],
      entropies: [entropy],
      referenceLogprobs: [reference],
    },
    [regularizer],
  );
  return { value, gradient: gradient[0] as number, entropyGradient: entropyGradient?.[0] as number, metrics };
}

describe('klToReference', () => {
  it.each<[KlEstimator, number, number]>([
    // Probability 1/2 where the reference has 1/4: x = ln 2.
    ['k1', Math.LN2, 1],
    ['k2', Math.LN2 ** 2 / 2, Math.LN2],
    ['k3', 1 / 2 - 1 + Math.LN2, 1 - 1 / 2],
  ])('%s: value and derivative, times the coefficient', (estimator, value, derivative) => {
    const got = one(klToReference({ coefficient: 3, value: estimator }), Math.log(1 / 2), Math.log(1 / 4));
    expect(got.value).toBeCloseTo(3 * value, 12);
    expect(got.gradient).toBeCloseTo(3 * derivative, 12);
    expect(got.metrics['kl_reference']).toBeCloseTo(value, 12);
  });

  it('takes the value of one estimator and the derivative of another', () => {
    const regularizer = klToReference({ coefficient: 1, value: 'k3', gradient: 'k2' });
    const { value, gradient, metrics } = one(regularizer, Math.log(1 / 2), Math.log(1 / 4));
    expect(value).toBeCloseTo(Math.LN2 - 1 / 2, 12);
    expect(metrics['kl_reference']).toBeCloseTo(Math.LN2 - 1 / 2, 12);
    expect(gradient).toBeCloseTo(Math.LN2, 12);
  });

  it('has, in the mean over the policy, the values and gradients that its table promises', () => {
    const policy = [0.5, 0.3, 0.2];
    const reference = [0.2, 0.2, 0.6];
    const kl = policy.reduce((sum, p, i) => sum + p * Math.log(p / (reference[i] as number)), 0);
    const mean = (estimator: KlEstimator) => {
      const options = { coefficient: 1, value: estimator };
      const parts = policy.map((p, i) => one(klToReference(options), Math.log(p), Math.log(reference[i] as number)));
      return {
        value: parts.reduce((sum, part, i) => sum + (policy[i] as number) * part.value, 0),
        // d log p_i / d logit_j = [i = j] - p_j.
        gradient: policy.map((pj, j) =>
          parts.reduce((sum, part, i) => sum + (policy[i] as number) * part.gradient * ((i === j ? 1 : 0) - pj), 0),
        ),
      };
    };
    const expectNear = (got: readonly number[], expected: readonly number[]) =>
      got.forEach((value, i) => {
        expect(value).toBeCloseTo(expected[i] as number, 12);
      });
    expect(mean('k1').value).toBeCloseTo(kl, 12);
    expect(mean('k3').value).toBeCloseTo(kl, 12);
    expectNear(mean('k1').gradient, [0, 0, 0]);
    // d KL(p || r) / d logit_j = p_j (ln p_j / r_j - KL); d KL(r || p) / d logit_j = p_j - r_j.
    expectNear(
      mean('k2').gradient,
      policy.map((p, j) => p * (Math.log(p / (reference[j] as number)) - kl)),
    );
    expectNear(
      mean('k3').gradient,
      policy.map((p, j) => p - (reference[j] as number)),
    );
  });

  it('cuts k3 where it would overflow', () => {
    const { value, gradient } = one(klToReference({ coefficient: 1 }), -2000, -1);
    expect(value).toBeCloseTo(Math.exp(20) - 21, 3);
    expect(gradient).toBe(0);
  });

  it('refuses options out of range', () => {
    expect(one(klToReference({ coefficient: 0 }), -1, -2).gradient).toBe(0);
    expect(() => klToReference({ coefficient: -1 })).toThrow('coefficient: must be finite and at least 0, got -1');
    expect(() => klToReference({ coefficient: 1, gradient: 'k4' as never })).toThrow('gradient: k1, k2 or k3, got k4');
  });
});

describe('entropyBonus', () => {
  it('is the negative entropy times its coefficient', () => {
    const { value, entropyGradient, gradient, metrics } = one(entropyBonus({ coefficient: 0.1 }), -1, 0, 2.5);
    expect(value).toBeCloseTo(-0.25, 12);
    expect(entropyGradient).toBeCloseTo(-0.1, 12);
    expect(gradient).toBe(0);
    expect(metrics['policy_entropy']).toBe(2.5);
    expect(() => entropyBonus({ coefficient: -0.1 })).toThrow('coefficient: must be finite and at least 0, got -0.1');
    expect(one(entropyBonus({ coefficient: 0 }), -1, 0, 2.5).metrics).toEqual({ policy_entropy: 2.5 });
    expect(() => entropyBonus({ coefficient: Number.NaN })).toThrow(
      'coefficient: must be finite and at least 0, got NaN',
    );
  });
});

describe('a loss with regularizers', () => {
  const number = fc.double({ min: -3, max: -0.01, noNaN: true });
  const token = fc.record({ policy: number, behaviour: number, reference: number, entropy: number, weight: number });
  const regularizers = [
    entropyBonus({ coefficient: 0.3 }),
    klToReference({ coefficient: 0.2 }),
    klToReference({ coefficient: 0.1, value: 'k2' }),
  ];

  it('has the gradients that finite differences of its value say', () => {
    const h = 1e-6;
    fc.assert(
      fc.property(fc.array(token, { minLength: 1, maxLength: 4 }), (tokens) => {
        const inputs = {
          policyLogprobs: tokens.map(({ policy }) => policy),
          behaviourLogprobs: tokens.map(({ behaviour }) => behaviour),
          advantages: tokens.map(() => 1),
          weights: tokens.map(({ weight }) => -weight),
          entropies: tokens.map(({ entropy }) => -entropy),
          referenceLogprobs: tokens.map(({ reference }) => reference),
        };
        const { gradient, entropyGradient } = evaluateLoss(supervised(), inputs, regularizers);
        const slope = (name: 'policyLogprobs' | 'entropies', i: number) => {
          const [above, below] = [h, -h].map((by) => {
            const moved = { ...inputs, [name]: inputs[name].map((x, k) => (k === i ? x + by : x)) };
            return evaluateLoss(supervised(), moved, regularizers).value;
          }) as [number, number];
          return (above - below) / (2 * h);
        };
        tokens.forEach((_, i) => {
          expect(Math.abs((gradient[i] as number) - slope('policyLogprobs', i))).toBeLessThan(1e-6 * 30);
          expect(Math.abs((entropyGradient?.[i] as number) - slope('entropies', i))).toBeLessThan(1e-6);
        });
      }),
    );
  });

  it('is the loss plus the regularizers; metrics stand side by side', () => {
    const inputs = { policyLogprobs: [-1], behaviourLogprobs: [-1], advantages: [2], weights: [1] };
    const more = { ...inputs, entropies: [2], referenceLogprobs: [-1 - Math.LN2] };
    const { value, metrics } = evaluateLoss(clippedSurrogate(), more, regularizers.slice(0, 2));
    // -2, and -.3 * 2, and .2 * (1/2 - 1 + ln 2).
    expect(value).toBeCloseTo(-2 - 0.6 + 0.2 * (Math.LN2 - 0.5), 12);
    expect(metrics).toMatchObject({
      ratio_mean: 1,
      policy_entropy: 2,
      kl_reference: expect.closeTo(Math.LN2 - 0.5, 12),
    });
    expect(evaluateLoss(clippedSurrogate(), inputs).value).toBe(-2);
  });

  it('names the input that is missing', () => {
    const inputs = { policyLogprobs: [-1], behaviourLogprobs: [-1], advantages: [2], weights: [1] };
    expect(() => evaluateLoss(supervised(), inputs, [klToReference({ coefficient: 1 })])).toThrow(
      'referenceLogprobs: must be given, since "kl-to-reference" is a regularizer, got none',
    );
    expect(() => evaluateLoss(supervised(), inputs, [entropyBonus({ coefficient: 1 })])).toThrow(
      'entropies: must be given, since "entropy-bonus" is a regularizer, got none',
    );
  });

  it('is off by default', () => {
    const verifier = async () => ({ status: 'correct' }) as const;
    expect(gtpo({ verifier, shaping: 'off' }).regularizers).toEqual([]);
  });
});
