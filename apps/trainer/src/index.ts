export { pairedGain } from './compare/paired-gain.js';
export { type GivenOptions, resolveConfig } from './config/resolve-config.js';
export { readTaskFile } from './config/task-file.js';
export { type EstimatorConfig, type RewardConfig, type TrainConfig, trainConfigSchema } from './config/train-config.js';
export type { Judgement, ModuleRewards, RewardModule } from './plugins/load-reward.js';
export { readRun } from './run-directory/read-run.js';
export type { RunRecord, RunState } from './run-directory/run-record.js';
export { type TaskRow, type TrainerTask, taskOfRow, taskRowSchema } from './tasks/task-schema.js';
export type {
  EvaluationOutcome,
  EvaluationReport,
  FamilyUpdate,
  PairedGain,
  RunSummary,
  Score,
  ScorePair,
  TelemetryRecord,
  UpdateRecord,
} from './train-observer.js';
export { UsageError } from './usage-error.js';
