import { alternate } from '../measure/alternate.js';
import type { Side } from '../protocol/side.js';
import type { Bar } from '../statistics/verdict.js';
import type { AdvantagesJob, EstimatorName } from '../work/jobs.js';
import { compareDifference, greatestDifference } from './compare-difference.js';
import { compareTimes } from './compare-times.js';
import type { Row } from './row-context.js';
import { ourSide, peerSide, withSides } from './with-sides.js';

/** 4,096 trajectories of 512 tokens in 8 turns, groups of 8. */
export const SIZE: Omit<AdvantagesJob, 'estimator'> = {
  trajectories: 4096,
  groupSize: 8,
  turns: 8,
  actionTokens: 60,
  observationTokens: 4,
};

/** An estimator against the peer's: from rewards to float32 rows of advantages, which must be the same. */
export function estimatorRow(estimator: EstimatorName, against: string, bar: Bar | null): Row {
  const title = `${estimator}, 4,096 x 512 tokens`;
  return {
    id: estimator,
    title: `advantages of ${title}`,
    measure: async (context) => {
      const job: AdvantagesJob = { ...SIZE, estimator };
      const commands = [
        ourSide({ kind: 'advantages', ...job }, context),
        peerSide(against, 'advantages', job, context),
      ];
      return withSides(commands, async (sides) => {
        const [ours, peer] = sides as [Side, Side];
        const measured = await alternate(sides, {
          seconds: context.full ? 60 : 12,
          least: 5,
          most: context.full ? 100 : 30,
        });
        const [own, its] = [await rowsOf(ours), await rowsOf(peer)];
        return {
          comparisons: [
            compareTimes(measured, { title, against, peer: 1, bar }),
            compareDifference(`${title}: greatest difference`, against, greatestDifference(own, its), 1e-4),
          ],
          sides: sides.map(({ name, ready }) => ({ name, ...ready })),
          notes: [],
        };
      });
    },
  };
}

async function rowsOf(side: Side): Promise<readonly number[]> {
  return (await side.ask<{ rows: number[] }>('rows')).rows;
}
