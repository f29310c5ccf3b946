import type { PolicyBatch } from './policy-batch.js';
import type { PolicyLoss } from './policy-loss.js';

export interface UpdateOptions {
  /** Passes over the batch. Default 1. */
  readonly epochs?: number;
  /** Optimizer steps per pass; rows are dealt in order. Default 1. */
  readonly minibatches?: number;
  /** Overrides the learning rate of the schedule for this update. */
  readonly learningRate?: number;
}

export interface UpdateMetrics {
  readonly optimizerSteps: number;
  /** Skipped because a gradient was not finite. */
  readonly skippedSteps: number;
  /** How often memory ran out, so that the micro-batch was halved and the step repeated; absent: never. */
  readonly halvedBatches?: number;
  readonly loss: number;
  /** Global norm before clipping, of the last step. */
  readonly gradNorm: number;
  readonly learningRate: number;
  /** Mean entropy of the policy over action tokens, in nats, of the first step. */
  readonly entropy: number;
  /** Greatest |policy - behaviour log-prob| on an action token in the first step: learner against sampler. */
  readonly logprobDifference: number;
  /** The loss's own per-token metrics, mean over action tokens; one entry per optimizer step. */
  readonly steps: readonly Readonly<Record<string, number>>[];
  readonly policyVersion: number;
}

/** Trains the policy. */
export interface Learner {
  update(batch: PolicyBatch, loss: PolicyLoss, options?: UpdateOptions): Promise<UpdateMetrics>;
  /** Log-probabilities `[sequences, tokens]` of the batch's action tokens at its temperature, 0 elsewhere. */
  score(batch: PolicyBatch): Promise<Float32Array>;
}
