import { availableParallelism, cpus, totalmem } from 'node:os';
import { parameterCount } from '@turnwise/policy';
import type { TrainConfig } from '../config/train-config.js';
import { packageVersion } from '../package-version.js';
import type { Environment } from './environment.js';

/** What `run.json` says of the ground a run stands on: two runs are the same bytes only if these agree. */
export function runDetails(
  config: TrainConfig,
  { backend, policy, shards, parts, text }: Environment,
): Record<string, unknown> {
  return {
    seeds: { run: config.seed },
    backend: {
      name: backend.name,
      tensorflow: backend.tensorflowVersion,
      tfjs: backend.tf.version['tfjs-core'] ?? backend.tf.version_core,
      passedOver: backend.passedOver,
    },
    threads: { intraOp: backend.intraOpThreads, interOp: backend.interOpThreads },
    shards,
    parts,
    policy: { parameters: parameterCount(policy.config) },
    renderer: { format: text.format, reasons: text.reasons },
    versions: { node: process.version, turnwise: packageVersion() },
    hardware: {
      platform: process.platform,
      architecture: process.arch,
      cpu: cpus()[0]?.model.trim() ?? 'unknown',
      cores: availableParallelism(),
      memoryBytes: totalmem(),
    },
  };
}
