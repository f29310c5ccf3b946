import { type AdvantageEstimator, discountedReturns } from '@turnwise/advantages';

/** Discounted returns less the mean of their group: GTPO without the division by the deviation. */
const estimator: AdvantageEstimator = (batch) => {
  const values = discountedReturns(batch.rewards, batch.trajectorySplits, 0.9);
  for (let group = 0; group + 1 < batch.groupSplits.length; group += 1) {
    const first = batch.trajectorySplits[batch.groupSplits[group] ?? 0] ?? 0;
    const end = batch.trajectorySplits[batch.groupSplits[group + 1] ?? 0] ?? 0;
    const own = values.subarray(first, end);
    const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
    own.forEach((value, i) => {
      own[i] = value - mean;
    });
  }
  return { level: 'turn', values };
};

export default estimator;
