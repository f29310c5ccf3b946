import type { Threads } from './threads.js';

/** What the choice of threads depends on. */
export interface Workload {
  /** Parameters of the model. */
  readonly parameters: number;
  /** Cores that the process may use, `os.availableParallelism()`. */
  readonly cores: number;
  /** Sequences that are sampled side by side, and rows of a training batch; without them shards are not bounded. */
  readonly rows?: { readonly sampler: number; readonly learner: number };
  /** The model can be cut into as many equal parts as divide this number, e.g. its heads; left out, it is not cut. */
  readonly divisible?: number;
  /** Whether a GPU computes. */
  readonly gpu?: boolean;
}

/** Sizes of the thread pools, to be given to `createBackend`, and what is split to be computed in parallel. */
export interface ThreadAdvice {
  readonly threads: Threads;
  /** Parts of the rows. */
  readonly shards: { readonly sampler: number; readonly learner: number };
  /** Parts of the model while it samples. */
  readonly parts: number;
}

/** From here on it is faster to cut the model than the rows while sampling: each weight is read once. */
const LEAST_CUT = 2e6;

/** Up to here the sampler folds its weights. */
const MOST_CUT = 50e6;

/** Up to here shards were measured to be best. Beyond it each shard's own copy of the gradients becomes dear. */
const MOST_SHARDED = 100e6;

/**
 * Threads and shards for a model on native TensorFlow.
 *
 * Measured on 2 cores, with a prototype and on another machine than the figures of docs/benchmarks.md (Llama-like models
 * as graphs, 32 x 128 tokens; in brackets PyTorch and `transformers`):
 *
 *     parameters   training step, ms                        sampling at batch 32, tokens/s
 *     0.8 M        1 shard 94-138, 4 shards 75-90           1 shard 34 k, 2 shards 60-68 k
 *     5 M          2 or 4 shards 364-388 (935-1,019)        2 shards 8.2 k (3.8 k)
 *     25 M         4 shards 1,743-1,976 (4,180-4,691)       2 shards 2.9 k (1.0 k)
 *
 * all with 1 thread within an operation and as many between operations as cores: waking threads for small matrices costs
 * more than it brings. So: 1 and `cores`, a sampler shard per core, two learner shards per core. The sampler's shards
 * divide its rows; a learner's has at least one row. From 2 M to 50 M parameters the sampler's model is cut into
 * a part per core instead: on two cores that was faster at 5 M and 25 M parameters and slower at 0.8 M. Above 50 M the
 * sampler holds no folded copy of the weights, and only that can be cut.
 *
 * Never measured, but chosen by reasoning: more than 2 cores; above 100 M parameters, where all cores share each
 * operation and there is one shard; on a GPU, where one shard fills the device best.
 *
 * Throws a `RangeError` unless all numbers are positive, and cores and rows whole.
 */
export function recommendedThreads({ parameters, cores, rows, divisible = 1, gpu = false }: Workload): ThreadAdvice {
  if (!(parameters > 0)) throw new RangeError(`parameters: above 0, got ${parameters}`);
  for (const [name, value] of [
    ['cores', cores],
    ['rows.sampler', rows?.sampler ?? 1],
    ['rows.learner', rows?.learner ?? 1],
    ['divisible', divisible],
  ] as const) {
    if (!Number.isInteger(value) || value < 1) throw new RangeError(`${name}: a whole number above 0, got ${value}`);
  }
  const whole = { sampler: 1, learner: 1 };
  if (gpu) return { threads: { intraOp: 1, interOp: cores }, shards: whole, parts: 1 };
  if (parameters > MOST_SHARDED) return { threads: { intraOp: cores, interOp: 1 }, shards: whole, parts: 1 };
  const threads = { intraOp: 1, interOp: cores };
  if (cores === 1) return { threads, shards: whole, parts: 1 };
  const parts = parameters < LEAST_CUT || parameters > MOST_CUT ? 1 : largestDivisor(divisible, cores);
  const forRows = Math.floor(cores / parts);
  return {
    threads,
    shards: {
      sampler: rows === undefined ? forRows : largestDivisor(rows.sampler, forRows),
      learner: Math.min(2 * cores, rows?.learner ?? Number.POSITIVE_INFINITY),
    },
    parts,
  };
}

/** The largest divisor of `value` that is at most `limit`. */
function largestDivisor(value: number, limit: number): number {
  for (let divisor = Math.min(value, limit); divisor > 1; divisor -= 1) {
    if (value % divisor === 0) return divisor;
  }
  return 1;
}
