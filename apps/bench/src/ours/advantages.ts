import {
  type AdvantageEstimator,
  type Advantages,
  advantageRows,
  gae,
  grpo,
  gtpo,
  reinforcePlusPlus,
  reinforcePlusPlusBaseline,
  rloo,
  type TurnRewardBatch,
} from '@turnwise/advantages';
import type { AdvantagesJob, EstimatorName } from '../work/jobs.js';
import { turnBatch } from '../work/turn-batch.js';
import { processMemory, timed, type Workload } from './serve.js';

/** Epsilon 0 where the peer adds its own to the variance. */
const ESTIMATORS: Readonly<Record<EstimatorName, { readonly call: string; readonly estimator: AdvantageEstimator }>> = {
  grpo: { call: 'grpo.verl()', estimator: grpo.verl() },
  rloo: { call: 'rloo()', estimator: rloo() },
  'reinforce-baseline': {
    call: 'reinforcePlusPlusBaseline({ epsilon: 0 })',
    estimator: reinforcePlusPlusBaseline({ epsilon: 0 }),
  },
  reinforce: {
    call: 'reinforcePlusPlus({ discount: .99, epsilon: 0 })',
    estimator: reinforcePlusPlus({ discount: 0.99, epsilon: 0 }),
  },
  gae: { call: 'gae({ epsilon: 0 })', estimator: gae({ epsilon: 0 }) },
  gtpo: { call: 'gtpo()', estimator: gtpo() },
};
/** Trajectories of which advantages are told, to be compared. */
const TOLD = 64;

/** From turn rewards to float32 rows `[trajectories, tokens]`. */
export async function advantages(job: AdvantagesJob): Promise<Workload> {
  const batch = turnBatch(job);
  const { call, estimator } = ESTIMATORS[job.estimator];
  const tokens = job.turns * (job.actionTokens + job.observationTokens);
  const work = (): Float32Array => advantageRows(batch, estimator(batch), { tokens });
  const kept: { batch: TurnRewardBatch; advantages: Advantages }[] = [];
  work();
  return {
    ready: {
      call: `advantageRows(batch, ${call}(batch), { tokens: ${tokens} })`,
      versions: { node: process.versions.node },
      threads: 1,
      parameters: 0,
    },
    actions: {
      sample: timed(async () => work()),
      /** The same, with everything kept that the ledger would read. */
      'sample-kept': timed(async () => {
        const own = estimator(batch);
        kept.push({ batch, advantages: own });
        if (kept.length > 20) kept.shift();
        return advantageRows(batch, own, { tokens });
      }),
      /** The ledger of one turn. */
      'sample-credit': timed(async () => estimator(batch).credit?.(job.turns + 1)),
      rows: async () => ({ rows: Array.from(work().subarray(0, TOLD * tokens)) }),
      memory: async () => processMemory(),
    },
  };
}
