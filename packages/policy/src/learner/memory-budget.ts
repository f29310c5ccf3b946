import type { MicroBatch } from './micro-batches.js';

/** What decides how much memory one micro-batch takes. */
export interface MemoryBudget {
  /** Tokens of a micro-batch. */
  readonly microBatchTokens: number;
  /** Parts of a micro-batch, computed in parallel, each of at least one row. */
  readonly shards: number;
}

/**
 * The budget to go on with after a micro-batch found no memory: half of its tokens. One that had a single row per shard
 * already cannot be cut further, so the shards are halved too. `null` when it was one row of one shard.
 *
 * Half of what was tried, and not of the budget, because a batch may be far smaller than its budget.
 */
export function halvedBudget(shards: number, tried: MicroBatch): MemoryBudget | null {
  if (tried.rows === 1) return null;
  return {
    microBatchTokens: Math.floor((tried.rows * tried.tokens) / 2),
    shards: tried.rows > shards ? shards : Math.ceil(shards / 2),
  };
}
