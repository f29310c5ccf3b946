export type { Learner, UpdateMetrics, UpdateOptions } from './learner.js';
export type { PolicyBatch } from './policy-batch.js';
export type { Aggregation, LossInputs, LossOps, LossTerms, PolicyLoss } from './policy-loss.js';
