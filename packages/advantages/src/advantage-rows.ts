import type { Advantages } from './advantage-estimator.js';
import { checkLength, checkTurnRewardBatch, requireField, type TurnRewardBatch } from './turn-reward-batch.js';

/**
 * Advantages as padded rows, for a trainer that takes them so: one row per trajectory, in it the action tokens of each
 * turn and then what the environment wrote back. Every action token has the advantage of its turn, or its own; tokens of
 * the environment and padding have 0. Prompts are not part of a row.
 *
 * Needs `actionTokenSplits`; `observationTokens` count as 0 where they are missing. A row is never cut.
 *
 * @param tokens the length of a row.
 * @returns `[trajectories, tokens]`, row-major.
 * @throws RangeError for a malformed batch, advantages of another batch, or a trajectory that is longer than a row.
 * @example advantageRows(batch, gtpo()(batch), { tokens: 512 });
 */
export function advantageRows(
  batch: TurnRewardBatch,
  { level, values }: Advantages,
  { tokens }: { readonly tokens: number },
): Float32Array {
  const { rewards, trajectorySplits, observationTokens } = checkTurnRewardBatch(batch);
  const actions = requireField(batch, 'actionTokenSplits', 'advantageRows');
  checkLength('advantages', values.length, level === 'turn' ? rewards.length : (actions[rewards.length] as number));
  const trajectories = trajectorySplits.length - 1;
  const rows = new Float32Array(trajectories * tokens);
  for (let i = 0; i < trajectories; i++) {
    let at = i * tokens;
    for (let turn = trajectorySplits[i] as number; turn < (trajectorySplits[i + 1] as number); turn++) {
      const [from, to] = [actions[turn] as number, actions[turn + 1] as number];
      const end = at + to - from + (observationTokens?.[turn] ?? 0);
      if (end > (i + 1) * tokens) {
        throw new RangeError(
          `tokens: must hold every trajectory, got ${tokens} for one of at least ${end - i * tokens}`,
        );
      }
      if (level === 'turn') rows.fill(values[turn] as number, at, at + to - from);
      else rows.set(values.subarray(from, to), at);
      at = end;
    }
  }
  return rows;
}
