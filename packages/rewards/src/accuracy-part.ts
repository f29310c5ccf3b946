import type { RewardPart } from './reward-part.js';

/**
 * Accuracy: 1 on the last turn of a trajectory whose final answer is correct, else 0. GTPO, arXiv 2511.14846, Eq. 5,
 * first term. Metric `accuracy`: share of the scored trajectories.
 */
export function accuracyPart(): RewardPart {
  return ({ turnSplits, outcomes, included }) => {
    const values = new Float64Array(turnSplits[turnSplits.length - 1] as number);
    const metrics = { accuracy: { sum: 0, count: 0 } };
    outcomes.forEach((outcome, i) => {
      if (included[i] === 0) return;
      values[(turnSplits[i + 1] as number) - 1] = outcome;
      metrics.accuracy.sum += outcome;
      metrics.accuracy.count += 1;
    });
    return { values, metrics };
  };
}
