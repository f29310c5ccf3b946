import { describe, expect, it } from 'vitest';
import { type AdvantageEstimator, composeAdvantages, type TurnRewardBatch } from '../src/index.js';
import { batchOf, fullBatchOf } from './batch-of.js';
import { ESTIMATORS } from './estimators.js';

describe.each(Object.entries(ESTIMATORS))('%s', (name, entry) => {
  const { make, shares = [], weights = {}, epsilon = true, needs = [], reader = name, level = 'turn' } = entry;
  const batch = fullBatchOf([[{ rewards: [1, 0], outcome: 1 }, { rewards: [0] }]], level);

  it('refuses options out of range when it is made', () => {
    for (const share of shares) {
      for (const value of [-0.1, 1.1]) {
        expect(() => make({ [share]: value })).toThrow(new RangeError(`${share}: must be in [0, 1], got ${value}`));
      }
      for (const value of [0, 1]) expect(make({ [share]: value })(batch).values.every(Number.isFinite)).toBe(true);
    }
    for (const [weight, called] of Object.entries(weights)) {
      expect(() => make({ [weight]: Number.NaN })).toThrow(new RangeError(`${called}: must be finite, got NaN`));
    }
    if (epsilon) {
      for (const value of [-1e-9, Number.POSITIVE_INFINITY]) {
        expect(() => make({ epsilon: value })).toThrow(`epsilon: must be finite and at least 0, got ${value}`);
      }
      expect(make({ epsilon: 0 })(batch).values.every(Number.isFinite)).toBe(true);
    }
  });

  it('names itself where a field is missing, and refuses values of the other level', () => {
    for (const field of needs) {
      const { [field]: _, ...rest } = batch;
      expect(() => make({})(rest as TurnRewardBatch)).toThrow(
        new RangeError(`${field}: must be given, since ${reader} reads it, got none`),
      );
    }
    if (!needs.includes('values')) return;
    const values = Float64Array.of(0);
    expect(() => make({})({ ...batch, values })).toThrow(new RangeError('values: must hold 3 values, got 1'));
  });

  it('reads no tokens of the environment', () => {
    const { observationTokens: _, ...blind } = batch;
    expect(make({})(blind).values).toEqual(make({})(batch).values);
  });

  it('checks the batch at the door', () => {
    expect(() => make({})({ ...batch, included: Uint8Array.of(1, 2) })).toThrow('included: must be 0 or 1, got 2 at 1');
  });
});

it('composeAdvantages checks the batch too, and names itself', () => {
  expect(() => composeAdvantages([])({ ...batchOf([[[1]]]), included: Uint8Array.of(2) })).toThrow('included: must be');
  const token: AdvantageEstimator = () => ({ level: 'token', values: Float64Array.of(1) });
  expect(() => composeAdvantages([{ name: 'a', estimator: token }])(batchOf([[[1]]]))).toThrow(
    'actionTokenSplits: must be given, since composeAdvantages reads it, got none',
  );
});
