import {
  type CompiledFunction,
  type CompiledLoop,
  compile,
  compileLoop,
  type Tensor,
  type TensorFlow,
} from '@turnwise/accelerator';
import { rotaryTables } from '../model/rotary.js';
import type { Weights } from '../model/weights.js';
import type { WeightStore } from '../weight-store.js';
import { type CacheShape, emptyCaches, rearrangeCaches } from './cache.js';
import type { DecodeShared, KeyValueCache } from './cached-forward.js';
import { foldsByDefault } from './cached-layer.js';
import { CAPACITY_STEP, capacityFor } from './capacity.js';
import type { Choice } from './choose-tokens.js';
import { type DecodeRun, decodeInputs } from './decode-run.js';
import { type DecodeInputs, type DecodeState, decodeStep } from './decode-step.js';
import { foldWeights } from './fold-weights.js';
import { type PrefillArguments, prefill } from './prefill.js';

/** `[steps, rows]` each. */
export interface DecodeResult {
  readonly tokens: Int32Array;
  readonly logprobs: Float32Array;
  readonly drawnLogprobs: Float32Array | null;
}

/** Tokens fed at once, of which nothing is sampled. */
export interface PrefillRun {
  /** Most tokens per row; one graph per value. */
  readonly tokens: number;
  readonly lastPosition: number;
  /** Per row, the position of its first token, and its tokens, at most `tokens`. */
  readonly rows: readonly { readonly position: number; readonly tokenIds: readonly number[] }[];
}

type DecodeLoop = CompiledLoop<DecodeShared, DecodeState, DecodeInputs, Choice>;
type Prefill = CompiledFunction<[PrefillArguments], readonly KeyValueCache[]>;

/** Decodes rows side by side, in shards that run in parallel; owns the cache and the folded weights. */
export class Decoder {
  readonly maxSteps: number;
  readonly #store: WeightStore;
  readonly #tf: TensorFlow;
  readonly #fold: ReturnType<typeof foldWeights>;
  readonly #loops = new Map<string, DecodeLoop>();
  readonly #prefills = new Map<string, Prefill>();
  readonly #tables: Weights;
  readonly #folds: boolean;
  #folded: { readonly version: number; readonly weights: Weights } | null = null;
  #shape: CacheShape;
  #caches: readonly KeyValueCache[];

  constructor(
    store: WeightStore,
    options: { rows: number; shards: number; parts: number; maxSteps: number; folded?: boolean | undefined },
  ) {
    this.maxSteps = options.maxSteps;
    this.#store = store;
    this.#tf = store.tf;
    this.#folds = options.folded ?? foldsByDefault(store.config);
    const { rows, shards } = options;
    // Only folded weights are cut.
    const parts = this.#folds ? options.parts : 1;
    this.#fold = foldWeights(store.tf, store.config, parts);
    const { contextLength, headSize } = store.config;
    const { cosines, sines } = rotaryTables(store.config, contextLength + CAPACITY_STEP);
    const shape: [number, number] = [contextLength + CAPACITY_STEP, headSize];
    this.#tables = { cosines: this.#tf.tensor2d(cosines, shape), sines: this.#tf.tensor2d(sines, shape) };
    this.#shape = { rows, shards, parts, capacity: CAPACITY_STEP };
    this.#caches = emptyCaches(this.#tf, store.config, this.#shape);
  }

  /** Sequences that the cache holds side by side. */
  get rows(): number {
    return this.#shape.rows;
  }

  /** Tokens per row that the cache holds. */
  get capacity(): number {
    return this.#shape.capacity;
  }

  /**
   * Begins anew with `rows` rows, a multiple of the shards: nothing in the cache is of use any more. The capacity is
   * again the least: sums over another one may round otherwise, and what is computed from here on must not depend on
   * what this process, which may be a resumed one, computed before.
   */
  clear(rows: number): void {
    const shape = { ...this.#shape, rows, capacity: CAPACITY_STEP };
    const caches = emptyCaches(this.#tf, this.#store.config, shape);
    this.#tf.dispose(this.#caches as never);
    this.#shape = shape;
    this.#caches = caches;
  }

  /** Row `i` goes on with the cache of row `from[i]`; `null` is a row whose cache does not matter. */
  rearrange(from: readonly (number | null)[]): void {
    this.#reshape({ ...this.#shape, rows: from.length }, from);
  }

  /** Feeds rows several tokens at once. */
  prefill({ tokens, lastPosition, rows }: PrefillRun): void {
    this.#reach(lastPosition);
    const { shards, capacity } = this.#shape;
    const perShard = rows.length / shards;
    const fed = new Int32Array(rows.length * tokens);
    const positions = new Int32Array(rows.length * tokens).fill(capacity - 1);
    rows.forEach(({ position, tokenIds }, row) => {
      fed.set(tokenIds, row * tokens);
      for (let i = 0; i < tokenIds.length; i++) positions[row * tokens + i] = position + i;
    });
    // Copies: native tensors share the memory of their array.
    const part = (values: Int32Array, shard: number): Tensor =>
      this.#tf.tensor1d(values.slice(shard * perShard * tokens, (shard + 1) * perShard * tokens), 'int32');
    const given = this.#caches.map((cache, shard) => ({
      cache,
      fed: part(fed, shard),
      positions: part(positions, shard),
    }));
    this.#caches = this.#prefill(tokens)({ shared: this.#shared(), shards: given });
    this.#tf.dispose(given as never);
  }

  run(run: DecodeRun): DecodeResult {
    this.#reach(run.lastPosition);
    const { rows, shards } = this.#shape;
    const perShard = rows / shards;
    const given = this.#caches.map((cache, shard) => ({
      state: { cache, previous: this.#tf.zeros([perShard], 'int32') },
      inputs: decodeInputs(this.#tf, run, { rows, shards, shard, maxSteps: this.maxSteps }),
    }));
    const results = this.#loop()({ steps: run.steps, shared: this.#shared(), shards: given });
    this.#tf.dispose(given as never);
    this.#caches = results.map(({ state }) => state.cache);
    const read = <T extends Int32Array | Float32Array>(of: (choice: Choice) => Tensor, into: T): T => {
      results.forEach(({ outputs }, shard) => {
        const values = of(outputs).dataSync();
        for (let step = 0; step < run.steps; step++) {
          into.set(values.subarray(step * perShard, (step + 1) * perShard) as never, step * rows + shard * perShard);
        }
      });
      return into;
    };
    const size = run.steps * rows;
    const result = {
      tokens: read(({ tokens }) => tokens, new Int32Array(size)),
      logprobs: read(({ logprobs }) => logprobs, new Float32Array(size)),
      drawnLogprobs:
        run.narrowing === null ? null : read(({ drawnLogprobs }) => drawnLogprobs as Tensor, new Float32Array(size)),
    };
    this.#tf.dispose(results.map(({ outputs, state }) => [outputs, state.previous]) as never);
    return result;
  }

  dispose(): void {
    for (const loop of this.#loops.values()) loop.dispose();
    for (const fill of this.#prefills.values()) fill.dispose();
    this.#fold.dispose();
    this.#tf.dispose([this.#tables, this.#caches, this.#folded?.weights ?? {}] as never);
  }

  /** The folded weights of the current version, or those of the checkpoint, and the rotary tables. */
  #shared(): Weights {
    if (!this.#folds) return { ...this.#store.weights, ...this.#tables };
    if (this.#folded?.version !== this.#store.version) {
      this.#tf.dispose((this.#folded?.weights ?? {}) as never);
      this.#folded = { version: this.#store.version, weights: this.#fold(this.#store.weights) };
    }
    return { ...this.#folded.weights, ...this.#tables };
  }

  #loop(): DecodeLoop {
    const { rows, shards, capacity, parts } = this.#shape;
    return cached(this.#loops, `${rows}:${capacity}`, () =>
      compileLoop(this.#tf, decodeStep(this.#tf, this.#store.config, { rows: rows / shards, capacity, parts }), {
        name: 'decode',
      }),
    );
  }

  #prefill(tokens: number): Prefill {
    const { rows, shards, capacity, parts } = this.#shape;
    return cached(this.#prefills, `${rows}:${capacity}:${tokens}`, () =>
      compile(this.#tf, prefill(this.#tf, this.#store.config, { rows: rows / shards, tokens, capacity, parts }), {
        name: 'prefill',
        // What is too large for a second copy is too large to gain by a graph per shape.
        graph: this.#folds,
      }),
    );
  }

  /** Fits the capacity to the longest row: it grows when needed and shrinks when half of it would do. */
  #reach(lastPosition: number): void {
    const capacity = capacityFor(lastPosition, this.#store.config.contextLength + CAPACITY_STEP);
    const keeps = capacity < this.capacity && 2 * capacity > this.capacity;
    if (capacity === this.capacity || keeps) return;
    const { rows } = this.#shape;
    this.#reshape(
      { ...this.#shape, capacity },
      Array.from({ length: rows }, (_, row) => row),
    );
  }

  #reshape(next: CacheShape, from: readonly (number | null)[]): void {
    this.#caches = rearrangeCaches(this.#tf, this.#store.config, this.#caches, from, [this.#shape, next]);
    this.#shape = next;
  }
}

function cached<T>(map: Map<string, T>, key: string, make: () => T): T {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
