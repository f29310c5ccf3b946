import { describe, expect, it } from 'vitest';
import { PARITY } from '../test/framework-parity.js';
import { cispoLoss } from './cispo-loss.js';
import { clippedSurrogate } from './clipped-surrogate.js';
import { evaluateLoss } from './evaluate-loss.js';
import { gspoLoss } from './gspo-loss.js';
import { importanceSampling } from './importance-sampling.js';
import { klEstimate } from './kl-estimate.js';
import type { PolicyBatch } from './policy-batch.js';
import type { PolicyLoss } from './policy-loss.js';
import { sapoLoss } from './sapo-loss.js';
import { sequencesAndTurns } from './token-sets.js';
import { tokenWeights } from './token-weights.js';
import { truncatedImportanceSampling } from './truncated-importance-sampling.js';

interface Written {
  readonly ratio: number;
  readonly advantage?: number;
  readonly sequence?: number;
  readonly turn?: number;
  /** How much likelier the behaviour policy finds the token than the engine did. */
  readonly engine?: number;
}

/** Tokens with these ratios against the behaviour policy, which gives each -1; weight 1. */
function evaluate(loss: PolicyLoss, ...tokens: readonly Written[]) {
  return evaluateLoss(loss, {
    policyLogprobs: tokens.map(({ ratio }) => Math.log(ratio) - 1),
    behaviourLogprobs: tokens.map(() => -1),
    rolloutLogprobs: tokens.map(({ engine = 1 }) => -1 - Math.log(engine)),
    advantages: tokens.map(({ advantage = 1 }) => advantage),
    weights: tokens.map(() => 1),
    sequences: tokens.map(({ sequence = 0 }) => sequence),
    turns: tokens.map(({ turn = 0 }) => turn),
  });
}
const close = (actual: ArrayLike<number>, expected: readonly number[]) => {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((value, i) => {
    expect(actual[i]).toBeCloseTo(value, 10);
  });
};

describe('against other frameworks', () => {
  const { mask, policyLogprobs, behaviourLogprobs, advantages, clipLow, clipHigh } = PARITY;
  const actionMask = Uint8Array.from(mask.flat());
  const turnIndices = Int32Array.from(mask.flat(), (on) => on - 1);
  const batch = { sequences: 6, tokens: 6, actionMask, turnIndices } as unknown as PolicyBatch;
  const clips = { clipLow, clipHigh };
  const sequenceMean = { aggregation: { kind: 'sequence-mean-token-mean' } } as const;
  const tokenMean = { aggregation: { kind: 'token-mean' } } as const;

  it.each<[string, PolicyLoss, number]>([
    ['GSPO of verl, OpenRLHF, TRL', gspoLoss(clips), -0.148614],
    ['GSPO of verl, by token', gspoLoss({ ...clips, gradient: 'token' }), -0.148614],
    ['GSPO of SkyRL and AReaL', gspoLoss({ ...clips, ...tokenMean }), -0.188419],
    ['CISPO of verl, slime, TRL', cispoLoss(), 0.299065],
    ['CISPO of verl by its default clips', cispoLoss({ ratioLow: 0.8, ratioHigh: 1.28 }), 0.402053],
    ['CISPO of SkyRL', cispoLoss({ ratioLow: 1, ratioHigh: 6 }), 0.443032],
    ['SAPO of verl and TRL', sapoLoss(), -0.629191],
    ['SAPO of SkyRL', sapoLoss(tokenMean), -0.607799],
    ['importance sampling of SkyRL', importanceSampling(), -0.18795],
    ['the surrogate of TRL', clippedSurrogate({ ...clips, ...sequenceMean }), -0.140536],
  ])('%s', (_, loss, expected) => {
    const { value } = evaluateLoss(loss, {
      policyLogprobs: policyLogprobs.flat(),
      behaviourLogprobs: behaviourLogprobs.flat(),
      advantages: advantages.flat(),
      weights: tokenWeights(batch, loss.aggregation),
      actionMask,
      ...sequencesAndTurns(batch),
    });
    expect(Math.abs(value - expected)).toBeLessThan(1e-6);
  });
});

describe('ratios of sequences and turns', () => {
  it('GSPO: the geometric mean, its clips, and a gradient for all tokens', () => {
    // Ratios 2 and .5: geometric mean 1 for both tokens; each token's loss -A * 1, spread over both: -(3 + 1) / 2 each.
    const both = [{ ratio: 2, advantage: 3 }, { ratio: 0.5 }];
    close(evaluate(gspoLoss(), ...both).gradient, [-2, -2]);
    expect(evaluate(gspoLoss(), ...both).value).toBeCloseTo(-4, 12);
    // By token: each its own advantage.
    close(evaluate(gspoLoss({ gradient: 'token' }), ...both).gradient, [-3, -1]);
  });

  it.each(['sequence', 'token'] as const)('GSPO: both clips bind, by %s', (gradient) => {
    const loss = gspoLoss({ clipLow: 0.2, clipHigh: 0.1, gradient });
    // sqrt(1.5 * 1.5) above 1.1; .5 below .8 with a negative advantage; and where they do not bind.
    const of = (ratio: number, advantage: number) => evaluate(loss, { ratio, advantage }, { ratio, advantage });
    expect(of(1.5, 1).value).toBeCloseTo(-2.2, 12);
    close(of(1.5, 1).gradient, [0, 0]);
    expect(of(0.5, -1).value).toBeCloseTo(1.6, 12);
    close(of(0.5, -1).gradient, [0, 0]);
    expect(of(1.5, -1).value).toBeCloseTo(3, 12);
    close(of(0.5, 1).gradient, [-0.5, -0.5]);
    expect(of(1.5, 1).metrics).toMatchObject({ clip_fraction_high: 1, clip_fraction_low: 0 });
  });

  it('GSPO: sequences do not see each other', () => {
    const { value } = evaluate(gspoLoss({ clipHigh: 9 }), { ratio: 4 }, { ratio: 1 }, { ratio: 9, sequence: 1 });
    // sqrt(4) twice, then 9.
    expect(value).toBeCloseTo(-13, 10);
  });

  it('turn ratio: the product over the turn, clipped as one', () => {
    const loss = clippedSurrogate({ ratio: 'turn', clipHigh: 0.5 });
    // Turn 0: 1.2 * 1.1 = 1.32; turn 1: 2, clipped to 1.5; another sequence's turn 0: .9.
    const { value, gradient } = evaluate(
      loss,
      { ratio: 1.2 },
      { ratio: 1.1 },
      { ratio: 2, turn: 1 },
      { ratio: 0.9, sequence: 1 },
    );
    expect(value).toBeCloseTo(-(1.32 + 1.32 + 1.5 + 0.9), 12);
    close(gradient, [-2.64, -2.64, 0, -0.9]);
  });

  it('say what they need', () => {
    const inputs = { policyLogprobs: [-1], behaviourLogprobs: [-1], advantages: [1], weights: [1] };
    expect(() => evaluateLoss(gspoLoss(), inputs)).toThrow(
      'sequences: must be given, since the loss joins their tokens',
    );
    const turns = clippedSurrogate({ ratio: 'turn' });
    expect(() => evaluateLoss(turns, { ...inputs, sequences: [0] })).toThrow('turns: must be given');
    expect(turns.needs).toEqual(['turns']);
    expect(() => evaluateLoss(clippedSurrogate({ ratio: 'word' as 'turn' }), inputs)).toThrow(
      'ratio: must be a known level, got word',
    );
  });
});

describe('cispoLoss', () => {
  // loss = -clip(ratio) * A * logp with logp = ln ratio - 1, whose derivative is -clip(ratio) * A.
  it.each([
    ['inside', {}, 1.5, -1.5],
    ['upper bound', { ratioHigh: 1.2 }, 1.5, -1.2],
    ['lower bound', { ratioLow: 0.8 }, 0.5, -0.8],
    ['upper bound, dropped', { ratioHigh: 1.2, outside: 'drop' }, 1.5, 0],
    ['lower bound, dropped', { ratioLow: 0.8, outside: 'drop' }, 0.5, 0],
    ['inside, dropping', { outside: 'drop' }, 1.5, -1.5],
  ] as const)('%s', (_, options, ratio, coefficient) => {
    const { value, gradient } = evaluate(cispoLoss(options), { ratio });
    close(gradient, [coefficient]);
    expect(value).toBeCloseTo(coefficient * (Math.log(ratio) - 1), 12);
  });

  it('takes the ratio against the engine when told', () => {
    // Policy 1.1 times the behaviour, which is 1.5 times the engine: 1.65, clipped to 1.6.
    const loss = cispoLoss({ ratioHigh: 1.6, anchor: 'rollout' });
    close(evaluate(loss, { ratio: 1.1, engine: 1.5 }).gradient, [-1.6]);
    close(evaluate(loss, { ratio: 1, engine: 1.5 }).gradient, [-1.5]);
    expect(loss.needs).toEqual(['rolloutLogprobs']);
    expect(cispoLoss().needs).toBeUndefined();
    const inputs = { policyLogprobs: [-1], behaviourLogprobs: [-1], advantages: [1], weights: [1] };
    expect(() => evaluateLoss(loss, inputs)).toThrow('rolloutLogprobs: must be given, since the loss reads them');
  });

  it('counts what it clips', () => {
    const { metrics } = evaluate(
      cispoLoss({ ratioLow: 0.8, ratioHigh: 1.2 }),
      { ratio: 2 },
      { ratio: 0.5 },
      { ratio: 1 },
      { ratio: 3 },
    );
    expect(metrics).toMatchObject({ clip_fraction_high: 0.5, clip_fraction_low: 0.25, ratio_mean: 1.625 });
  });

  it.each([
    [{ ratioLow: -1 }, 'ratioLow: must be finite and at least 0, got -1'],
    [{ ratioLow: 1, ratioHigh: 1 }, 'ratioHigh: must be finite and above 1, got 1'],
  ])('refuses %o', (options, message) => {
    expect(() => cispoLoss(options)).toThrow(new RangeError(message));
  });
});

describe('sapoLoss', () => {
  it('is half of 4 / tau on policy, with the derivative of the surrogate', () => {
    // sigmoid(0) = 1/2, its derivative 1/4: loss -2 / tau * A, derivative by the ratio -A.
    const positive = evaluate(sapoLoss({ temperaturePositive: 4 }), { ratio: 1, advantage: 2 });
    expect(positive.value).toBeCloseTo(-1, 12);
    close(positive.gradient, [-2]);
    const negative = evaluate(sapoLoss({ temperatureNegative: 8 }), { ratio: 1, advantage: -2 });
    expect(negative.value).toBeCloseTo(0.5, 12);
    close(negative.gradient, [2]);
  });

  it('goes flat far from it, and stays finite', () => {
    const { value, gradient } = evaluate(sapoLoss(), { ratio: 1e9, advantage: 1 });
    expect(value).toBeCloseTo(-4, 9);
    close(gradient, [0]);
  });

  it('refuses a temperature of 0', () => {
    expect(() => sapoLoss({ temperatureNegative: 0 })).toThrow(
      'temperatureNegative: must be finite and above 0, got 0',
    );
  });
});

describe('importanceSampling', () => {
  it('clips nothing', () => {
    const { value, gradient } = evaluate(
      importanceSampling(),
      { ratio: 5, advantage: 2 },
      { ratio: 0.1, advantage: -1 },
    );
    expect(value).toBeCloseTo(-10 + 0.1, 12);
    close(gradient, [-10, 0.1]);
  });
});

describe('truncatedImportanceSampling', () => {
  it('weighs each token, up to the cap', () => {
    const loss = truncatedImportanceSampling(importanceSampling(), { cap: 2 });
    const { gradient, metrics } = evaluate(loss, { ratio: 1, engine: 1.5 }, { ratio: 1, engine: 3 });
    close(gradient, [-1.5, -2]);
    expect(metrics).toMatchObject({ rollout_weight_mean: 1.75, rollout_truncated_fraction: 0.5, ratio_mean: 1 });
  });

  it('weighs whole sequences by the product', () => {
    const loss = truncatedImportanceSampling(importanceSampling(), { cap: 2, level: 'sequence' });
    const tokens = [
      { ratio: 1, engine: 1.5 },
      { ratio: 1, engine: 1.2 },
      { ratio: 1, engine: 1.9, sequence: 1 },
      { ratio: 1, engine: 1.9, sequence: 1 },
    ];
    // 1.8; then 3.61, cut.
    close(evaluate(loss, ...tokens).gradient, [-1.8, -1.8, -2, -2]);
  });

  it('keeps what the loss needs and adds its own, and refuses a cap of 0', () => {
    const loss = truncatedImportanceSampling(clippedSurrogate({ ratio: 'turn' }));
    expect(loss.needs).toEqual(['turns', 'rolloutLogprobs']);
    expect(truncatedImportanceSampling(sapoLoss())).toMatchObject({
      name: 'sapo with truncated importance sampling',
      needs: ['rolloutLogprobs'],
    });
    expect(() => truncatedImportanceSampling(loss, { cap: 0 })).toThrow('cap: must be finite and above 0, got 0');
    const level = 'turn' as 'token';
    expect(() => truncatedImportanceSampling(loss, { level })).toThrow(
      "level: must be 'token' or 'sequence', got turn",
    );
  });
});

describe('klEstimate', () => {
  it.each([
    // Probability 1/2 where the reference has 1/4: x = ln 2.
    ['k1', Math.LN2],
    ['k2', Math.LN2 ** 2 / 2],
    ['k3', Math.LN2 - 1 / 2],
    ['abs', Math.LN2],
  ] as const)('%s', (kind, expected) => {
    expect(klEstimate(kind, Math.log(1 / 2), Math.log(1 / 4))).toBeCloseTo(expected, 12);
  });

  it('keeps the sign of k1, drops that of abs, refuses others', () => {
    expect([klEstimate('k1', -2, -1), klEstimate('abs', -2, -1)]).toEqual([-1, 1]);
    expect(() => klEstimate('k4' as 'k3', 0, 0)).toThrow("kind: must be 'k1', 'k2', 'k3' or 'abs', got k4");
  });
});
