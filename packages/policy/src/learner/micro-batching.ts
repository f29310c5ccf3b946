import { isOutOfMemory, nativeBackend, type TensorFlow } from '@turnwise/accelerator';
import type { PolicyBatch } from '@turnwise/gtpo';
import { halvedBudget, type MemoryBudget } from './memory-budget.js';
import { type MicroBatch, microBatches } from './micro-batches.js';

/** Work that goes over a batch one micro-batch at a time. */
export interface MicroBatchWork<S> {
  /** Whether micro-batches are cut into shards, or are one part each. */
  readonly sharded: boolean;
  /** A new state, at the beginning and whenever the work begins again. */
  start(): S;
  /** Adds a micro-batch of `shards` equal parts to the state. What it throws leaves the state to `abandon`. */
  add(state: S, part: MicroBatch, shards: number): void;
  /** Frees the state of work that failed. */
  abandon(state: S): void;
}

/**
 * Deals batches into micro-batches and runs work over them. When memory runs out, the micro-batch is halved, for this
 * work and all that follows, and the work begins again: its result is that of a run with the smaller micro-batch.
 */
export class MicroBatching {
  readonly #tf: TensorFlow;
  #budget: MemoryBudget;
  #halvings = 0;

  constructor(tf: TensorFlow, budget: MemoryBudget) {
    this.#tf = tf;
    this.#budget = budget;
  }

  /** How often a micro-batch was halved since this was last asked. */
  takeHalvings(): number {
    const halvings = this.#halvings;
    this.#halvings = 0;
    return halvings;
  }

  /**
   * Runs the work over the given rows, and lets other work of the process go on between micro-batches.
   *
   * @throws Error when memory does not suffice for a single row; and what the work throws.
   */
  async run<S>(batch: PolicyBatch, rows: readonly number[], work: MicroBatchWork<S>): Promise<S> {
    for (;;) {
      const { microBatchTokens: tokenBudget } = this.#budget;
      const shards = work.sharded ? this.#budget.shards : 1;
      const shapes = nativeBackend(this.#tf) === null ? 'exact' : 'few';
      const state = work.start();
      let tried: MicroBatch | null = null;
      try {
        for (const part of microBatches(batch, rows, { shards, tokenBudget, shapes })) {
          tried = part;
          work.add(state, part, shards);
          await yieldToEventLoop();
        }
        return state;
      } catch (error) {
        work.abandon(state);
        if (tried === null || !isOutOfMemory(error)) throw error;
        this.#halve(tried, shards, error);
      }
    }
  }

  #halve(tried: MicroBatch, shards: number, error: unknown): void {
    const next = halvedBudget(shards, tried);
    if (next === null) {
      throw new Error(`out of memory: a single row of ${tried.tokens} tokens does not fit`, { cause: error });
    }
    this.#budget = {
      microBatchTokens: next.microBatchTokens,
      shards: next.shards < shards ? next.shards : this.#budget.shards,
    };
    this.#halvings += 1;
  }
}

function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
