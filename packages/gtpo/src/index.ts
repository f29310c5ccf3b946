export { type ClippedSurrogateOptions, clippedSurrogate } from './clipped-surrogate.js';
export { entropyBonus } from './entropy-bonus.js';
export { type EvaluatedLoss, type EvaluateLossInputs, evaluateLoss } from './evaluate-loss.js';
export { type GrpoOptions, grpo } from './grpo.js';
export { type GtpoOptions, gtpo } from './gtpo.js';
export { type KlEstimator, type KlToReferenceOptions, klToReference } from './kl-to-reference.js';
export type { Learner, NonFiniteStep, UpdateMetrics, UpdateOptions } from './learner.js';
export { type PackOptions, packTrajectories } from './pack-trajectories.js';
export type { PolicyAlgorithm } from './policy-algorithm.js';
export type { PolicyBatch } from './policy-batch.js';
export type { Aggregation, LossInputs, LossOps, LossTerms, PolicyLoss } from './policy-loss.js';
export {
  type EntropyRegularizer,
  type ReferenceRegularizer,
  type RegularizedInputs,
  type Regularizer,
  regularizedTerms,
} from './regularizer.js';
export { supervised } from './supervised.js';
export { tokenWeights } from './token-weights.js';
export { turnRewardBatch } from './turn-reward-batch.js';
