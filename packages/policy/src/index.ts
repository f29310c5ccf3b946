export type { LearningRateSchedule } from './learner/learning-rate.js';
export type { OptimizerOptions } from './learner/optimizer-options.js';
export type { LearnerOptions } from './learner/policy-learner.js';
export type { LoraConfig, ModelConfig, RopeScaling } from './model/model-config.js';
export { parameterCount } from './model/parameter-count.js';
export { readModelConfig } from './model/read-model-config.js';
export { LORA_TARGETS } from './model/weight-shapes.js';
export { writeModelConfig } from './model/write-model-config.js';
export {
  checkPolicy,
  createPolicy,
  type LoadOptions,
  loadPolicy,
  type Policy,
  type PolicyOptions,
  type SaveOptions,
} from './policy.js';
export type { SamplerOptions } from './sampler/policy-sampler.js';
