import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clippedSurrogate } from './clipped-surrogate.js';
import { evaluateLoss } from './evaluate-loss.js';
import type { PolicyLoss } from './policy-loss.js';
import { supervised } from './supervised.js';

const logprob = fc.double({ min: -3, max: -0.01, noNaN: true });
const token = fc.record({
  policy: logprob,
  shift: fc.double({ min: -1.8, max: 1.8, noNaN: true }),
  advantage: fc.double({ min: -3, max: 3, noNaN: true }),
  weight: fc.double({ min: 0.01, max: 1, noNaN: true }),
});
type Token = { policy: number; shift: number; advantage: number; weight: number };

const inputsOf = (tokens: readonly Token[]) => ({
  policyLogprobs: tokens.map(({ policy }) => policy),
  behaviourLogprobs: tokens.map(({ policy, shift }) => policy - shift),
  advantages: tokens.map(({ advantage }) => advantage),
  weights: tokens.map(({ weight }) => weight),
});

/** The log ratios at which a clip starts, each with its loss. */
const LOSSES: [PolicyLoss, number[]][] = [
  [clippedSurrogate(), [Math.log(0.8), Math.log(1.2)]],
  [clippedSurrogate({ clipHigh: 0.28, dualClip: 3 }), [Math.log(0.8), Math.log(1.28), Math.log(3)]],
  [supervised(), []],
];

describe('evaluateLoss', () => {
  it.each(LOSSES)('%o: the gradient is what finite differences of the value say', (loss, kinks) => {
    let compared = 0;
    let leftOut = 0;
    const h = 1e-6;
    fc.assert(
      fc.property(fc.array(token, { minLength: 1, maxLength: 6 }), (tokens) => {
        const inputs = inputsOf(tokens);
        const { gradient } = evaluateLoss(loss, inputs);
        const valueWith = (i: number, by: number) =>
          evaluateLoss(loss, { ...inputs, policyLogprobs: inputs.policyLogprobs.map((p, k) => (k === i ? p + by : p)) })
            .value;
        tokens.forEach(({ shift }, i) => {
          if (kinks.some((kink) => Math.abs(shift - kink) < 1e-3)) {
            leftOut += 1;
            return;
          }
          compared += 1;
          const difference = (valueWith(i, h) - valueWith(i, -h)) / (2 * h);
          expect(Math.abs((gradient[i] as number) - difference)).toBeLessThan(1e-6 * (1 + Math.abs(difference)));
        });
      }),
    );
    // Within 1e-3 of a kink the difference straddles it; those points are few.
    expect(compared).toBeGreaterThan(100);
    expect(leftOut).toBeLessThan(0.05 * compared);
  });

  it('adds up: any split of a step into micro-batches has its value and its coefficients', () => {
    const loss = clippedSurrogate({ dualClip: 3 });
    fc.assert(
      fc.property(
        fc.array(token, { minLength: 1, maxLength: 12 }),
        fc.array(fc.nat(11), { maxLength: 4 }),
        (tokens, cuts) => {
          const whole = evaluateLoss(loss, inputsOf(tokens));
          const bounds = [0, ...cuts.map((cut) => cut % tokens.length).sort((a, b) => a - b), tokens.length];
          const parts = bounds.slice(1).map((end, k) => evaluateLoss(loss, inputsOf(tokens.slice(bounds[k], end))));
          const gradient = parts.flatMap((part) => [...part.gradient]);
          expect(Math.abs(parts.reduce((sum, part) => sum + part.value, 0) - whole.value)).toBeLessThan(1e-12);
          whole.gradient.forEach((own, i) => {
            expect(Math.abs((gradient[i] as number) - own)).toBeLessThan(1e-12);
          });
        },
      ),
    );
  });

  it('is blind to what the action mask leaves out', () => {
    const loss = clippedSurrogate();
    fc.assert(
      fc.property(fc.array(fc.tuple(token, fc.boolean()), { minLength: 1, maxLength: 8 }), (tokens) => {
        const kept = evaluateLoss(loss, inputsOf(tokens.filter(([, on]) => on).map(([own]) => own)));
        const actionMask = tokens.map(([, on]) => (on ? 1 : 0));
        const masked = evaluateLoss(loss, { ...inputsOf(tokens.map(([own]) => own)), actionMask });
        expect(masked.value).toBe(kept.value);
        expect(masked.metrics).toEqual(kept.metrics);
        expect([...masked.gradient].filter((_, i) => actionMask[i] === 1)).toEqual([...kept.gradient]);
        expect([...masked.gradient].every((own, i) => actionMask[i] === 1 || own === 0)).toBe(true);
      }),
    );
  });

  it('gives 0 and no metrics for no token', () => {
    const none = { policyLogprobs: [], behaviourLogprobs: [], advantages: [], weights: [] };
    expect(evaluateLoss(clippedSurrogate(), none)).toEqual({ value: 0, gradient: Float64Array.of(), metrics: {} });
  });

  it('refuses inputs that do not fit or are not finite, but reads nothing off the mask', () => {
    const inputs = { policyLogprobs: [-1, -1], behaviourLogprobs: [-1, -1], advantages: [1, 1], weights: [1, 1] };
    expect(() => evaluateLoss(supervised(), { ...inputs, weights: [1] })).toThrow('weights: must hold 2 values, got 1');
    const odd = { ...inputs, policyLogprobs: [-1, Number.NEGATIVE_INFINITY] };
    expect(() => evaluateLoss(supervised(), odd)).toThrow('policyLogprobs: must be finite, got -Infinity at 1');
    expect(evaluateLoss(supervised(), { ...odd, actionMask: [1, 0] }).value).toBe(1);
  });
});

describe('supervised', () => {
  it('is the weighted negative log-likelihood', () => {
    expect(supervised().name).toBe('supervised');
    const { value, gradient, metrics } = evaluateLoss(supervised(), {
      policyLogprobs: [Math.log(0.5), Math.log(0.25)],
      behaviourLogprobs: [0, 0],
      advantages: [9, -9],
      weights: [0.5, 0.5],
    });
    // (ln 2 + ln 4) / 2 = 1.5 ln 2.
    expect(value).toBeCloseTo(1.5 * Math.LN2, 12);
    expect([...gradient]).toEqual([-0.5, -0.5]);
    expect(metrics['likelihood_mean']).toBeCloseTo(0.375, 12);
  });
});
