import type { Side, SideMemory } from '../protocol/side.js';
import { verdictOf } from '../statistics/verdict.js';
import { SIZE } from './estimator-row.js';
import type { Row } from './row-context.js';
import { ourSide, withSides } from './with-sides.js';

/** So many batches of 4,096 are a million trajectories. */
const BATCHES = 245;

/** A million trajectories, batch after batch: the memory of the last is that of the first ones. */
export function millionRow(): Row {
  const title = 'GTPO, peak memory after 1 million trajectories';
  return {
    id: 'million',
    title,
    alone: true,
    measure: async (context) =>
      withSides([ourSide({ kind: 'advantages', ...SIZE, estimator: 'gtpo' }, context)], async ([side]) => {
        const ours = side as Side;
        await ours.ask('sample', { repeats: 25 });
        const early = await ours.ask<SideMemory>('memory');
        const { seconds } = await ours.ask<{ seconds: number }>('sample', { repeats: BATCHES - 25 }, 600);
        const late = await ours.ask<SideMemory>('memory');
        const mean = late.peakBytes / early.peakBytes;
        const ratio = { mean, low: mean, high: mean };
        // Ten times as much, if anything were kept; the collector comes when it likes.
        const bar = { rule: 'at most', value: 2 } as const;
        return {
          comparisons: [
            {
              title,
              against: 'after 100,000 of them',
              unit: 'MB',
              ours: late.peakBytes / 1e6,
              peer: early.peakBytes / 1e6,
              ratio,
              bar,
              verdict: verdictOf(ratio, bar),
              samples: 1,
              othersLoad: null,
            },
          ],
          sides: [{ name: ours.name, ...ours.ready }],
          notes: [`${BATCHES} batches of 4,096 trajectories, ${(1000 * seconds).toFixed(1)} ms each`],
        };
      }),
  };
}
