import { z } from 'zod';

const calls = z.int().min(2).max(8);
const wholeFrom = (least: number) => z.int().min(least);

/** The paper's turn reward, its GRPO baseline, the outcome alone, the format alone (the control), or a module. */
export const rewardConfigSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('gtpo'),
    /** `false` puts the whole reward on the last turn. */
    turnReward: z.boolean().default(true),
    shaping: z.boolean().default(true),
  }),
  z.strictObject({ kind: z.literal('grpo') }),
  z.strictObject({ kind: z.literal('outcome') }),
  z.strictObject({ kind: z.literal('format') }),
  z.strictObject({ kind: z.literal('module'), specifier: z.string().min(1) }),
]);

/** Turn returns normalised (GTPO), one number per trajectory (GRPO), or a module. */
export const estimatorConfigSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('gtpo'),
    discount: z.number().min(0).max(1).default(0.9),
    normaliseOver: z.enum(['group', 'batch']).default('group'),
  }),
  z.strictObject({ kind: z.literal('grpo'), normaliseOver: z.enum(['group', 'batch']).default('group') }),
  z.strictObject({ kind: z.literal('module'), specifier: z.string().min(1) }),
]);

export const taskSourceSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('embedded') }),
  z.strictObject({ kind: z.literal('file'), path: z.string().min(1) }),
]);

export const policySourceSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('embedded') }),
  z.strictObject({ kind: z.literal('directory'), path: z.string().min(1) }),
]);

/**
 * Everything a run depends on besides its inputs' bytes. Two runs with the same config, inputs, backend and machine
 * write the same `metrics.jsonl`. Each choice is a closed union; what is not built in is a module specifier.
 */
export const trainConfigSchema = z.strictObject({
  /** Names the run and its defaults; what is computed follows from `reward` and `estimator`. */
  algorithm: z.enum(['gtpo', 'grpo']).default('gtpo'),
  reward: rewardConfigSchema.prefault({ kind: 'gtpo' }),
  estimator: estimatorConfigSchema.prefault({ kind: 'gtpo' }),
  /** `outcome` gives zero advantages to groups whose outcomes are all equal. */
  gate: z.enum(['none', 'outcome']).default('none'),
  updates: wholeFrom(1).default(60),
  seed: z.int().min(0).max(0xffffffff).default(1),
  backend: z.enum(['auto', 'native', 'cuda', 'wasm', 'cpu']).default('auto'),
  tasks: taskSourceSchema.prefault({ kind: 'embedded' }),
  policy: policySourceSchema.prefault({ kind: 'embedded' }),
  /** Rank of the adapters that are trained instead of the weights; absent: the weights themselves. */
  lora: z.exactOptional(wholeFrom(1)),
  /** What the adapters are scaled by, times their rank; absent: twice the rank. */
  loraAlpha: z.exactOptional(z.number().positive()),
  /** Modules with adapters, joined by commas; absent: every matrix of the layers. */
  loraTargets: z.exactOptional(z.string().regex(/^[\w.]+(,[\w.]+)*$/, 'names of modules joined by commas')),
  learningRate: z.number().positive().default(5e-4),
  /** Trajectories per task. */
  groupSize: wholeFrom(2).default(8),
  tasksPerUpdate: wholeFrom(1).default(15),
  temperature: z.number().positive().default(1),
  epochs: wholeFrom(1).default(1),
  minibatches: wholeFrom(1).default(1),
  maxTurns: wholeFrom(1).default(6),
  maxTokensPerTurn: wholeFrom(1).default(48),
  /** Least and most tool calls that an embedded task needs; absent: as each family. */
  minCalls: z.exactOptional(calls),
  maxCalls: z.exactOptional(calls),
  /** Held-out tasks per family; 0 evaluates nothing. */
  evalTasks: wholeFrom(0).default(500),
  checkpointEvery: wholeFrom(1).default(10),
  /** Places of the batching sampler: sequences that are decoded at once. */
  rows: wholeFrom(1).default(40),
  /** Parts a batch is split into, each its own subgraph; absent: by the size of the model and the cores. */
  shards: z.exactOptional(wholeFrom(1)),
  /** Intra-op threads of TensorFlow; absent: likewise. */
  threads: z.exactOptional(wholeFrom(1)),
});

export type TrainConfig = z.infer<typeof trainConfigSchema>;
export type RewardConfig = TrainConfig['reward'];
export type EstimatorConfig = TrainConfig['estimator'];
