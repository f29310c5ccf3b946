import type { TelemetryRecord } from '../train-observer.js';
import type { Environment } from './environment.js';
import type { TrainedUpdate } from './train-update.js';

/** The line of `telemetry.jsonl` for an update: times, rates and memory, which no two runs share. */
export function telemetryRecord(
  { statistics, seconds: parts }: TrainedUpdate,
  { backend }: Environment,
  { update, seconds }: { readonly update: number; readonly seconds: number },
): TelemetryRecord {
  const { sampledTokens, wallSeconds, samplingSeconds, toolSeconds } = statistics;
  return {
    update,
    seconds,
    sampledTokensPerSecond: wallSeconds === 0 ? 0 : sampledTokens / wallSeconds,
    algorithmShare: (parts.algorithm ?? 0) / seconds,
    rolloutSeconds: parts.rollout ?? 0,
    verifierSeconds: parts.verifier ?? 0,
    algorithmSeconds: parts.algorithm ?? 0,
    learnerSeconds: parts.learner ?? 0,
    samplingSeconds,
    toolSeconds,
    rssBytes: process.memoryUsage.rss(),
    tensors: backend.tf.memory().numTensors,
  };
}
