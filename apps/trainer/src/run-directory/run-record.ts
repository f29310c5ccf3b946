import { z } from 'zod';
import { trainConfigSchema } from '../config/train-config.js';

/** A file the run reads, with the digest of its bytes when the run began. */
export const inputSchema = z.strictObject({
  /** `tasks`, `reward`, `estimator`, `policy`. */
  role: z.string(),
  path: z.string(),
  sha256: z.string().length(64),
});

/**
 * `run.json`: what the run is and, at the end, what came of it. Besides these fields it holds what the training loop
 * adds: seeds, versions, backend, threads, shards, hardware, `evaluation`, `trainingSeconds`, `algorithmShare`.
 */
export const runRecordSchema = z.looseObject({
  v: z.literal(1),
  name: z.string(),
  status: z.enum(['running', 'interrupted', 'finished']),
  config: trainConfigSchema,
  configDigest: z.string(),
  inputs: z.array(inputSchema),
});

/** Bytes of each log that belong to a checkpoint. */
const logBytesSchema = z.strictObject({
  trajectories: z.int().min(0),
  metrics: z.int().min(0),
  telemetry: z.int().min(0),
  evaluation: z.int().min(0),
});

/**
 * `state.json`: the one place that says which checkpoint is the last and how much of each log belongs to it. It is
 * replaced in one step after the checkpoint is on the disk, so the pair is always consistent.
 */
export const runStateSchema = z.strictObject({
  v: z.literal(1),
  /** Updates done. */
  update: z.int().min(0),
  /** Name of the folder under `checkpoints/`, and the digest of each of its files; `null` before the first. */
  checkpoint: z.strictObject({ name: z.string(), files: z.record(z.string(), z.string()) }).nullable(),
  logs: logBytesSchema,
  /** The config with which the run began. */
  config: z.record(z.string(), z.unknown()),
});

export type RunInput = z.infer<typeof inputSchema>;
export type RunRecord = z.infer<typeof runRecordSchema>;
export type RunState = z.infer<typeof runStateSchema>;
export type LogName = keyof RunState['logs'];

export const logNames = ['trajectories', 'metrics', 'telemetry', 'evaluation'] as const satisfies readonly LogName[];
