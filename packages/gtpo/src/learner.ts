import type { PolicyBatch } from './policy-batch.js';
import type { PolicyLoss } from './policy-loss.js';
import type { Regularizer } from './regularizer.js';

/** How a batch is gone through in an update. */
export interface UpdateOptions {
  /** Passes over the batch. Default 1. */
  readonly epochs?: number;
  /** Optimizer steps per pass; rows are dealt in order. Default 1. */
  readonly minibatches?: number;
  /** Overrides the learning rate of the schedule for this update. */
  readonly learningRate?: number;
  /** Added to the loss of every action token. Keep the objects: what is compiled is compiled for them. Default: none. */
  readonly regularizers?: readonly Regularizer[];
}

/** An optimizer step that was not taken because a number was NaN or infinite. */
export interface NonFiniteStep {
  /** Its number, from 1. The next step that is tried has the same one. */
  readonly step: number;
  /** What was not finite. `gradient-norm`: the sum of squares, of finite gradients; `new-weight`: what it led to. */
  readonly what: 'weight' | 'gradient' | 'gradient-norm' | 'new-weight';
  /** The first weight for which that is so; of a norm, the one with the greatest gradient. */
  readonly tensor: string;
}

/** What an update says of itself. */
export interface UpdateMetrics {
  readonly optimizerSteps: number;
  /** Skipped because a weight or a gradient was not finite. */
  readonly skippedSteps: number;
  /** One per skipped step, where the learner knows; absent: none. */
  readonly nonFinite?: readonly NonFiniteStep[];
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
  /** Of the weights after the update. It does not rise when no step was taken. */
  readonly policyVersion: number;
}

/** Trains the policy. */
export interface Learner {
  /** Takes optimizer steps on a batch. */
  update(batch: PolicyBatch, loss: PolicyLoss, options?: UpdateOptions): Promise<UpdateMetrics>;
  /** Log-probabilities `[sequences, tokens]` of the batch's action tokens at its temperature, 0 elsewhere. */
  score(batch: PolicyBatch): Promise<Float32Array>;
}
