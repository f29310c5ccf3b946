export { type CispoLossOptions, cispoLoss } from './cispo-loss.js';
export { type ClippedSurrogateOptions, clippedSurrogate } from './clipped-surrogate.js';
export { entropyBonus } from './entropy-bonus.js';
export { type EvaluatedLoss, type EvaluateLossInputs, evaluateLoss } from './evaluate-loss.js';
export { type ExplainedReward, type Explanation, explain, explanationText, type LedgerInputs } from './explain.js';
export { type GrpoOptions, grpo } from './grpo.js';
export { type GspoLossOptions, gspoLoss } from './gspo-loss.js';
export { type GtpoOptions, gtpo } from './gtpo.js';
export { importanceSampling } from './importance-sampling.js';
export { klEstimate } from './kl-estimate.js';
export { type KlEstimator, type KlToReferenceOptions, klToReference } from './kl-to-reference.js';
export type { Learner, NonFiniteStep, UpdateMetrics, UpdateOptions } from './learner.js';
export type { RatioLevel } from './log-ratio.js';
export { luspoLoss } from './luspo-loss.js';
export { type PackOptions, packTrajectories } from './pack-trajectories.js';
export type { PolicyAlgorithm } from './policy-algorithm.js';
export type { PolicyBatch } from './policy-batch.js';
export type { Aggregation, LossInputs, LossOps, LossTerms, PolicyLoss, TokenSet } from './policy-loss.js';
export {
  cispo,
  dapo,
  drGrpo,
  gigpo,
  gspo,
  luspo,
  mtGrpo,
  type Rewarded,
  reinforcePlusPlus,
  rloo,
  turnPpo,
  vespo,
} from './published-algorithms.js';
export {
  type EntropyRegularizer,
  type ReferenceRegularizer,
  type RegularizedInputs,
  type Regularizer,
  regularizedTerms,
} from './regularizer.js';
export { type SapoLossOptions, sapoLoss } from './sapo-loss.js';
export { supervised } from './supervised.js';
export { sequencesAndTurns } from './token-sets.js';
export { tokenWeights } from './token-weights.js';
export {
  type TruncatedImportanceSamplingOptions,
  truncatedImportanceSampling,
} from './truncated-importance-sampling.js';
export { turnRewardBatch } from './turn-reward-batch.js';
export { type VespoLossOptions, vespoLoss } from './vespo-loss.js';
