import { describe, expect, it } from 'vitest';
import { batchOf, fullBatchOf } from '../test/batch-of.js';
import { phantomGroupFraction, zeroGradientFraction } from './group-fractions.js';
import { gtpo } from './gtpo.js';

/** Phantom (both wrong, one penalized), zero (both wrong, equal), honest (one correct), and one group that fell out. */
const BATCH = batchOf([
  [{ rewards: [-0.1] }, { rewards: [0] }],
  [{ rewards: [0] }, { rewards: [0] }],
  [{ rewards: [1], outcome: 1 }, { rewards: [0] }],
  [{ rewards: [1], outcome: 1, included: 0 }],
]);

describe('zeroGradientFraction and phantomGroupFraction', () => {
  it('count groups with an included trajectory', () => {
    expect(zeroGradientFraction(BATCH, gtpo()(BATCH))).toBe(1 / 3);
    expect(phantomGroupFraction(BATCH, gtpo()(BATCH))).toBe(1 / 3);
  });

  it('see no phantom group behind the outcome gate', () => {
    const gated = gtpo({ gate: 'outcome' })(BATCH);
    expect(phantomGroupFraction(BATCH, gated)).toBe(0);
    expect(zeroGradientFraction(BATCH, gated)).toBe(2 / 3);
  });

  it('are 0 for an empty batch and take rounding for 0', () => {
    const empty = batchOf([]);
    expect(zeroGradientFraction(empty, gtpo()(empty))).toBe(0);
    expect(phantomGroupFraction(empty, gtpo()(empty))).toBe(0);
    const one = batchOf([[[1], [1]]]);
    expect(zeroGradientFraction(one, { level: 'turn', values: Float64Array.of(1e-12, -1e-12) })).toBe(1);
    expect(zeroGradientFraction(one, { level: 'turn', values: Float64Array.of(1e-6, -1e-6) })).toBe(0);
    expect(zeroGradientFraction(one, { level: 'turn', values: Float64Array.of(1e-9, -1e-9) })).toBe(1);
    expect(() => zeroGradientFraction(one, { level: 'token', values: Float64Array.of(1) })).toThrow(
      'actionTokenSplits: must be given, since a share of groups reads it, got none',
    );
  });

  it('refuse advantages of another batch', () => {
    const wrong = { level: 'turn', values: Float64Array.of(1) } as const;
    expect(() => zeroGradientFraction(BATCH, wrong)).toThrow('advantages: must hold 7 values, got 1');
  });

  it('read advantages of tokens', () => {
    const batch = fullBatchOf([[{ rewards: [1], tokens: [2] }], [[1]]]);
    expect(zeroGradientFraction(batch, { level: 'token', values: Float64Array.of(0, 1, 0) })).toBe(0.5);
    expect(() => zeroGradientFraction(batch, { level: 'token', values: Float64Array.of(0, 1) })).toThrow(
      'advantages: must hold 3 values, got 2',
    );
  });
});
