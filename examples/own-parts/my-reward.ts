import type { RewardModule } from 'turnwise';

/** The verifier's outcome on the last turn, less a little for every turn: right and brief is best. */
const reward: RewardModule = (group, { outcomes, turnSplits }) => {
  const right = new Float64Array(turnSplits.at(-1) ?? 0);
  group.trajectories.forEach((trajectory, i) => {
    if (trajectory.turns.length > 0) right[(turnSplits[i + 1] ?? 0) - 1] = outcomes[i] ?? 0;
  });
  return { parts: { right, brevity: right.map(() => -0.02) } };
};

export default reward;
