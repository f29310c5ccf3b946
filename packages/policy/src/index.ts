export type { LearningRateSchedule } from './learner/learning-rate.js';
export type { OptimizerOptions } from './learner/optimizer-options.js';
export type { LearnerOptions } from './learner/policy-learner.js';
export { type ModelConfig, readModelConfig, writeModelConfig } from './model/model-config.js';
export { checkPolicy, createPolicy, loadPolicy, type Policy, type PolicyOptions } from './policy.js';
export type { SamplerOptions } from './sampler/policy-sampler.js';
