import { alternate } from '../measure/alternate.js';
import type { Side } from '../protocol/side.js';
import { median } from '../statistics/median.js';
import { compareTimes } from './compare-times.js';
import { SIZE } from './estimator-row.js';
import type { Row } from './row-context.js';
import { ourSide, withSides } from './with-sides.js';

const COUNTS = [1024, 4096, 16_384, 65_536] as const;

/** Time against the number of trajectories: per trajectory it must not grow. */
export function growthRow(): Row {
  const title = 'GTPO, time per 1,000 trajectories at 65,536';
  return {
    id: 'growth',
    title: 'time against the number of trajectories',
    alone: true,
    measure: async (context) => {
      const jobs = COUNTS.map((trajectories) => ({
        kind: 'advantages' as const,
        ...SIZE,
        trajectories,
        estimator: 'gtpo' as const,
      }));
      return withSides(
        jobs.map((job) => ourSide(job, context)),
        async (sides) => {
          const measured = await alternate(sides, { seconds: context.full ? 60 : 15, least: 5, most: 30 });
          const each = measured.seconds.map((own, i) => own.map((seconds) => (1000 * seconds) / (COUNTS[i] as number)));
          const [smaller, largest] = [each[1] as number[], each[3] as number[]];
          const perTrajectory = { seconds: [largest, smaller], othersLoad: measured.othersLoad };
          const bar = { rule: 'at most', value: 2 } as const;
          const comparison = compareTimes(perTrajectory, { title, against: 'at 4,096', peer: 1, bar });
          return {
            comparisons: [comparison],
            sides: [{ name: 'Turnwise', ...(sides[0] as Side).ready }],
            notes: COUNTS.map((count, i) => {
              const seconds = median(measured.seconds[i] as number[]);
              const microseconds = (1e6 * seconds) / count;
              return `${count.toLocaleString('en')} trajectories: ${(1000 * seconds).toFixed(1)} ms, ${microseconds.toFixed(2)} microseconds each`;
            }),
          };
        },
      );
    },
  };
}
