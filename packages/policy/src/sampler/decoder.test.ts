import { createBackend } from '@turnwise/accelerator';
import { expect, test } from 'vitest';
import { livelyWeights, smallConfig } from '../../test/small-model.js';
import { WeightStore } from '../weight-store.js';
import { type DecodeRun, Decoder } from './decoder.js';

const ROWS = 2;
const STEPS = 2;

const runTo = (lastPosition: number, fresh: boolean): DecodeRun => ({
  fresh,
  steps: STEPS,
  lastPosition,
  positions: new Int32Array(ROWS).fill(lastPosition - STEPS + 1),
  forced: new Int32Array(STEPS * ROWS).fill(3),
  uniforms: new Float32Array(STEPS * ROWS),
  inverseTemperatures: new Float32Array(ROWS).fill(1),
  greedy: new Int32Array(ROWS),
});

test('a fresh run has the capacity it would have in a new decoder, whatever was decoded before', async () => {
  const { tf } = await createBackend({ prefer: 'cpu' });
  const store = new WeightStore(tf, smallConfig, livelyWeights(smallConfig), 0);
  const decoder = new Decoder(store, { rows: ROWS, shards: 1, maxSteps: STEPS });
  // Positions up to p take p + 1 places and one that belongs to no token, rounded up to a multiple of 32.
  const capacities = [
    [30, true, 32],
    [31, false, 64],
    [63, false, 96],
    // 64 would do, which is more than half of 96: not worth a change.
    [40, false, 96],
    [20, false, 32],
    [63, false, 96],
    [40, true, 64],
  ] as const;
  for (const [lastPosition, fresh, capacity] of capacities) {
    decoder.run(runTo(lastPosition, fresh));
    expect(decoder.capacity).toBe(capacity);
  }
  decoder.dispose();
  store.dispose();
});
