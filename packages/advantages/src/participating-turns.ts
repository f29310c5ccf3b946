import type { Gate } from './advantage-estimator.js';
import { spread } from './spread.js';
import { participants } from './statistic-sets.js';
import type { TurnRewardBatch } from './turn-reward-batch.js';

/** `[turns]`: 1 on the turns of trajectories that take part, else 0. */
export function participatingTurns(batch: TurnRewardBatch, gate: Gate): Float64Array {
  return spread(Float64Array.from(participants(batch, gate)), batch.trajectorySplits);
}
