import { describe, expect, it } from 'vitest';
import { fullBatchOf } from '../test/batch-of.js';
import { onActionTokens, tokenLayout } from './token-layout.js';

/** Two tokens, a turn without any, one token | a turn without tokens, one token; two tokens of the environment each. */
const BATCH = fullBatchOf([
  [
    { rewards: [1, 2, 4], tokens: [2, 0, 1], observed: [2, 2, 2] },
    { rewards: [8, 16], tokens: [0, 1], observed: [2, 0] },
  ],
]);
const TAKES_PART = Uint8Array.of(1, 0);

describe('tokenLayout', () => {
  it('lays out action tokens alone: a reward stands on the last one so far', () => {
    const layout = tokenLayout(BATCH, TAKES_PART, { reader: 'a test', observations: false });
    expect([...layout.rewards]).toEqual([0, 3, 4, 16]);
    expect([...layout.actionMask]).toEqual([1, 1, 1, 1]);
    expect([...layout.splits]).toEqual([0, 3, 4]);
    expect([...layout.weights]).toEqual([1, 1, 1, 0]);
    expect(layout.places).toBeNull();
    const values = Float64Array.of(5, 6, 7, 8);
    expect(onActionTokens(values, layout)).toBe(values);
  });

  it('lays out what the environment wrote too', () => {
    const layout = tokenLayout(BATCH, TAKES_PART, { reader: 'a test', observations: true });
    expect([...layout.rewards]).toEqual([0, 3, 0, 0, 0, 0, 4, 0, 0, 0, 0, 16]);
    expect([...layout.actionMask]).toEqual([1, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
    expect([...layout.splits]).toEqual([0, 9, 12]);
    expect([...(layout.places ?? [])]).toEqual([0, 1, 6, 11]);
    expect([...layout.weights]).toEqual([1, 1, 1, 0]);
    expect([
      ...onActionTokens(
        Float64Array.from({ length: 12 }, (_, t) => t),
        layout,
      ),
    ]).toEqual([0, 1, 6, 11]);
  });

  it('says what is missing', () => {
    const { observationTokens: _, ...blind } = BATCH;
    const options = { reader: 'a test', observations: true };
    expect(() => tokenLayout(blind, TAKES_PART, options)).toThrow(
      'observationTokens: must be given, since a test reads it, got none',
    );
    const { actionTokenSplits: __, ...bare } = BATCH;
    expect(() => tokenLayout(bare, TAKES_PART, options)).toThrow(
      'actionTokenSplits: must be given, since a test reads',
    );
  });
});
