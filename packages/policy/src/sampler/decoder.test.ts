import { createBackend } from '@turnwise/accelerator';
import { expect, test } from 'vitest';
import { livelyWeights, smallConfig } from '../../test/small-model.js';
import { WeightStore } from '../weight-store.js';
import type { DecodeRun } from './decode-run.js';
import { Decoder } from './decoder.js';

const ROWS = 2;
const STEPS = 2;

const runTo = (lastPosition: number): DecodeRun => ({
  steps: STEPS,
  lastPosition,
  positions: new Int32Array(ROWS).fill(lastPosition - STEPS + 1),
  forced: new Int32Array(STEPS * ROWS).fill(3),
  uniforms: new Float32Array(STEPS * ROWS),
  inverseTemperatures: new Float32Array(ROWS).fill(1),
  greedy: new Int32Array(ROWS),
  narrowing: null,
});

test('the capacity grows when needed, shrinks when half would do, and begins anew when cleared', async () => {
  const { tf } = await createBackend({ prefer: 'cpu' });
  // A context of 200 tokens: capacities up to 232.
  const config = { ...smallConfig, contextLength: 200 };
  const store = new WeightStore(tf, config, livelyWeights(config), 0);
  const decoder = new Decoder(store, { rows: ROWS, shards: 1, parts: 1, maxSteps: STEPS });
  // Positions up to p take p + 1 places and one that belongs to no token.
  const capacities = [
    [30, 'clear', 32],
    [31, 'go on', 64],
    [63, 'go on', 96],
    // 64 would do, which is more than half of 96: not worth a change.
    [40, 'go on', 96],
    [20, 'go on', 32],
    [63, 'go on', 96],
    [40, 'clear', 64],
    // From 128 on in steps of 64, at most 32 more than the context.
    [128, 'go on', 192],
    [199, 'go on', 232],
  ] as const;
  for (const [lastPosition, before, capacity] of capacities) {
    if (before === 'clear') decoder.clear(ROWS);
    decoder.run(runTo(lastPosition));
    expect(decoder.capacity).toBe(capacity);
  }
  decoder.dispose();
  store.dispose();
});
