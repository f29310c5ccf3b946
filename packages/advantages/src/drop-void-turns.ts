import { checkLength, checkTurnRewardBatch, type TurnRewardBatch } from './turn-reward-batch.js';

/**
 * The filter of SimpleTIR, arXiv 2509.02479: a trajectory with a void turn (neither code nor a final answer) leaves the
 * batch. What is void is told by the caller, who has read the turns.
 *
 * The paper takes such trajectories out of the loss; here they leave mean and standard deviation too. Keep the
 * advantages of the whole batch and drop the rows when packing to have it the paper's way.
 *
 * @param voidTurns `[turns]`, 1 for a void turn, else 0.
 * @returns the batch with fewer included trajectories; the old one is left as it is.
 * @throws RangeError for a malformed batch or flags of another length.
 */
export function dropVoidTurns(batch: TurnRewardBatch, voidTurns: ArrayLike<number>): TurnRewardBatch {
  const { trajectorySplits, rewards } = checkTurnRewardBatch(batch);
  checkLength('voidTurns', voidTurns.length, rewards.length);
  const included = batch.included.slice();
  for (let i = 0; i < included.length; i++) {
    for (let turn = trajectorySplits[i] as number; turn < (trajectorySplits[i + 1] as number); turn++) {
      if (voidTurns[turn] === 1) included[i] = 0;
    }
  }
  return { ...batch, included };
}
