import type { Side, SideMemory } from '../protocol/side.js';
import type { Comparison } from '../result.js';
import { median } from '../statistics/median.js';
import { verdictOf } from '../statistics/verdict.js';
import { batchFile, modelFolder } from '../work/work-files.js';
import type { Row } from './row-context.js';
import { ourSide, withSides } from './with-sides.js';

/** Memory is read so many times over the steps. */
const READINGS = 20;

/** Memory over many training steps: as many tensors at the end as at the start, and no more resident memory. */
export function flatRow(): Row {
  return {
    id: 'flat',
    title: 'memory over training steps, d128',
    alone: true,
    measure: async (context) => {
      const steps = context.full ? 1000 : 300;
      const job = { checkpoint: await modelFolder('d128'), batch: batchFile('d128', 32, 128), warmUp: 20 };
      return withSides([ourSide({ kind: 'training-step', ...job }, context)], async ([side]) => {
        const ours = side as Side;
        const readings: SideMemory[] = [await ours.ask<SideMemory>('memory')];
        for (let i = 0; i < READINGS; i++) {
          await ours.ask('sample', { repeats: steps / READINGS });
          readings.push(await ours.ask<SideMemory>('memory'));
        }
        return {
          comparisons: flatness(readings, steps),
          sides: [{ name: ours.name, ...ours.ready }],
          notes: [`${steps} steps${context.full ? '' : ' (1,000 with --full)'}, memory read ${readings.length} times`],
        };
      });
    },
  };
}

/** The last quarter of the readings against the second quarter; the first belongs to the warming up. */
export function flatness(readings: readonly SideMemory[], steps: number): readonly Comparison[] {
  const quarter = Math.floor(readings.length / 4);
  const early = readings.slice(quarter, 2 * quarter);
  const late = readings.slice(-quarter);
  const compare = (
    what: string,
    unit: 'MB' | 'tensors',
    of: (memory: SideMemory) => number,
    most: number,
  ): Comparison => {
    const [before, after] = [median(early.map(of)), median(late.map(of))];
    const ratio = { mean: after / before, low: after / before, high: after / before };
    const bar = { rule: 'at most', value: most } as const;
    const title = `${what} after ${steps} training steps, d128`;
    return {
      title,
      against: 'the second quarter of them',
      unit,
      ours: after,
      peer: before,
      ratio,
      bar,
      verdict: verdictOf(ratio, bar),
      samples: late.length,
      othersLoad: null,
    };
  };
  return [
    compare('resident memory', 'MB', ({ residentBytes }) => residentBytes / 1e6, 1.03),
    compare('tensors', 'tensors', ({ tensors }) => tensors as number, 1),
  ];
}
