/** What both sides of a training step are given. Paths are absolute. */
export interface TrainingJob {
  readonly checkpoint: string;
  readonly batch: string;
  /** Updates before the first sample; what they say of loss and gradient is compared. */
  readonly warmUp: number;
}

export interface SamplingJob {
  readonly checkpoint: string;
  /** One per sequence, all of one length, so that nobody pads. */
  readonly prompts: readonly (readonly number[])[];
  readonly newTokens: number;
}

export interface GrpoJob {
  readonly checkpoint: string;
  readonly tasks: number;
  readonly groupSize: number;
  readonly newTokens: number;
  readonly warmUp: number;
  /** A completion's reward is the share of its tokens that are among these. */
  readonly rewardedTokens: readonly number[];
}

export interface LogprobsJob {
  readonly checkpoint: string;
  readonly batch: string;
}

/** Synthetic trajectories, all alike in length; both sides compute their rewards and values from a formula. */
export interface AdvantagesJob {
  readonly trajectories: number;
  readonly groupSize: number;
  readonly turns: number;
  /** Of every turn: what the policy sampled, then what the environment wrote back. */
  readonly actionTokens: number;
  readonly observationTokens: number;
  readonly estimator: EstimatorName;
}

export type EstimatorName = 'grpo' | 'rloo' | 'reinforce-baseline' | 'reinforce' | 'gae' | 'gtpo';

/** One prompt, adapters of a rank on every matrix of the layers, and steps on what was sampled. */
export interface CheckpointJob {
  readonly checkpoint: string;
  readonly prompt: readonly number[];
  readonly newTokens: number;
  readonly rank: number;
  /** Steps after the first. */
  readonly moreSteps: number;
}

/** What our side sampled: the peer, who draws other tokens, takes its steps on these too. */
export interface Sampled {
  readonly tokenIds: readonly number[];
  readonly behaviourLogprobs: readonly number[];
}

/** What one of our sides can be asked to do. */
export type OurJob = { readonly backend?: 'native' | 'cuda' } & (
  | ({ readonly kind: 'training-step' } & TrainingJob)
  | ({ readonly kind: 'sampling' } & SamplingJob)
  | ({ readonly kind: 'grpo-update' } & GrpoJob)
  | ({ readonly kind: 'logprobs' } & LogprobsJob)
  | ({ readonly kind: 'checkpoint'; readonly graphs: boolean } & CheckpointJob)
  | ({ readonly kind: 'advantages' } & AdvantagesJob)
);

/**
 * The optimizer of `npm start` as the peers are told it: the learning rate of its config, the rest as the README of
 * `@turnwise/policy` has it. That both sides mean the same is checked: their losses agree over the first updates.
 */
export const OPTIMIZER = {
  learningRate: 5e-4,
  beta1: 0.9,
  beta2: 0.95,
  epsilon: 1e-8,
  weightDecay: 0,
  maxGradNorm: 1,
} as const;
