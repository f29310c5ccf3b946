import { type CompiledLoop, compileLoop, type Tensor, type TensorFlow } from '@turnwise/accelerator';
import { rotaryTables } from '../model/rotary.js';
import type { Weights } from '../model/weights.js';
import type { WeightStore } from '../weight-store.js';
import {
  type DecodeInputs,
  type DecodeOutput,
  type DecodeShared,
  type DecodeState,
  decodeStep,
} from './decode-step.js';
import { foldWeights } from './fold-weights.js';

/** What every row does in one run; arrays over rows, `forced` and `uniforms` `[steps, rows]`. */
export interface DecodeRun {
  /** The first run after all rows were free: nothing in the cache is of use, and nothing of the past may matter. */
  readonly fresh: boolean;
  /** Steps to run, at most `maxSteps`. */
  readonly steps: number;
  /** Highest position that matters, over all rows. */
  readonly lastPosition: number;
  readonly positions: Int32Array;
  readonly forced: Int32Array;
  readonly uniforms: Float32Array;
  readonly inverseTemperatures: Float32Array;
  readonly greedy: Int32Array;
}

/** `[steps, rows]` each. */
export interface DecodeResult {
  readonly tokens: Int32Array;
  readonly logprobs: Float32Array;
}

type DecodeLoop = CompiledLoop<DecodeShared, DecodeState, DecodeInputs, DecodeOutput>;

/** Cache capacities are multiples of this; at most the context and the one place that belongs to no token. */
const CAPACITY_STEP = 32;

/** Decodes `rows` sequences side by side, in shards that run in parallel; owns the cache and the folded weights. */
export class Decoder {
  readonly rows: number;
  readonly maxSteps: number;
  readonly #store: WeightStore;
  readonly #tf: TensorFlow;
  readonly #shards: number;
  readonly #fold: ReturnType<typeof foldWeights>;
  readonly #loops = new Map<number, DecodeLoop>();
  readonly #tables: Weights;
  #folded: { readonly version: number; readonly weights: Weights } | null = null;
  #caches: Weights[];
  #capacity = CAPACITY_STEP;

  constructor(store: WeightStore, options: { rows: number; shards: number; maxSteps: number }) {
    this.rows = options.rows;
    this.maxSteps = options.maxSteps;
    this.#store = store;
    this.#tf = store.tf;
    this.#shards = options.shards;
    this.#fold = foldWeights(store.tf, store.config);
    const { contextLength, headSize } = store.config;
    const { cosines, sines } = rotaryTables(store.config, contextLength + CAPACITY_STEP);
    const shape: [number, number] = [contextLength + CAPACITY_STEP, headSize];
    this.#tables = { cosines: this.#tf.tensor2d(cosines, shape), sines: this.#tf.tensor2d(sines, shape) };
    this.#caches = Array.from({ length: this.#shards }, () => this.#emptyCache(this.#capacity));
  }

  /** Tokens per row that the cache holds. */
  get capacity(): number {
    return this.#capacity;
  }

  run(run: DecodeRun): DecodeResult {
    this.#reach(run);
    const inputs = Array.from({ length: this.#shards }, (_, shard) => this.#inputs(run, shard));
    const rows = this.rows / this.#shards;
    const shards = inputs.map((input, shard) => ({
      state: { cache: this.#caches[shard] as Weights, previous: this.#tf.zeros([rows], 'int32') },
      inputs: input,
    }));
    const results = this.#loop()({ steps: run.steps, shared: { ...this.#weights(), ...this.#tables }, shards });
    this.#tf.dispose(shards as never);
    this.#caches = results.map(({ state }) => state.cache);
    const tokens = new Int32Array(run.steps * this.rows);
    const logprobs = new Float32Array(run.steps * this.rows);
    results.forEach(({ outputs, state }, shard) => {
      const read = (tensor: Tensor, into: Int32Array | Float32Array): void => {
        const values = tensor.dataSync();
        for (let step = 0; step < run.steps; step++) {
          into.set(values.subarray(step * rows, (step + 1) * rows) as never, step * this.rows + shard * rows);
        }
      };
      read(outputs.tokens, tokens);
      read(outputs.logprobs, logprobs);
      this.#tf.dispose([outputs, state.previous] as never);
    });
    return { tokens, logprobs };
  }

  dispose(): void {
    for (const loop of this.#loops.values()) loop.dispose();
    this.#fold.dispose();
    this.#tf.dispose([this.#tables, this.#caches, this.#folded?.weights ?? {}] as never);
  }

  /** The folded weights of the current version. */
  #weights(): Weights {
    if (this.#folded?.version !== this.#store.version) {
      this.#tf.dispose((this.#folded?.weights ?? {}) as never);
      this.#folded = { version: this.#store.version, weights: this.#fold(this.#store.weights) };
    }
    return this.#folded.weights;
  }

  #loop(): DecodeLoop {
    let loop = this.#loops.get(this.#capacity);
    if (loop === undefined) {
      const step = decodeStep(this.#tf, this.#store.config, this.rows / this.#shards, this.#capacity);
      loop = compileLoop(this.#tf, step, { name: 'decode' });
      this.#loops.set(this.#capacity, loop);
    }
    return loop;
  }

  #inputs(run: DecodeRun, shard: number): DecodeInputs {
    const tf = this.#tf;
    const rows = this.rows / this.#shards;
    const from = shard * rows;
    // Copies: native tensors share the memory of their array.
    const columns = <T extends Int32Array | Float32Array>(values: T): T => {
      const cut = values.slice(0, this.maxSteps * rows) as T;
      for (let step = 0; step < this.maxSteps; step++) {
        cut.set(values.subarray(step * this.rows + from, step * this.rows + from + rows) as never, step * rows);
      }
      return cut;
    };
    return {
      positions: tf.tensor1d(run.positions.slice(from, from + rows), 'int32'),
      forced: tf.tensor2d(columns(run.forced), [this.maxSteps, rows], 'int32'),
      uniforms: tf.tensor2d(columns(run.uniforms), [this.maxSteps, rows]),
      inverseTemperatures: tf.tensor2d(run.inverseTemperatures.slice(from, from + rows), [rows, 1]),
      greedy: tf.tensor1d(run.greedy.slice(from, from + rows), 'int32'),
    };
  }

  /**
   * Fits the capacity to the longest row: it grows when needed and shrinks when half of it would do. A fresh run takes
   * exactly what it needs: sums over another capacity may round otherwise, and what a run computes must not depend on
   * what this process, which may be a resumed one, computed before.
   */
  #reach({ lastPosition, fresh }: DecodeRun): void {
    const needed = capacityFor(lastPosition);
    const keeps = needed < this.#capacity && 2 * needed > this.#capacity && !fresh;
    if (needed === this.#capacity || keeps) return;
    this.#caches = this.#caches.map((cache) => this.#resize(cache, needed));
    this.#capacity = needed;
  }

  #resize(cache: Weights, capacity: number): Weights {
    const tf = this.#tf;
    const { headSize } = this.#store.config;
    const resized = Object.entries(cache).map(([name, tensor]) => {
      const result = tf.tidy(() => {
        const old = tf.reshape(tensor, [-1, this.#capacity, headSize]);
        const kept = Math.min(capacity, this.#capacity);
        const cut = tf.slice(old, [0, 0, 0], [old.shape[0] as number, kept, headSize]);
        return tf.reshape(
          tf.pad(cut, [
            [0, 0],
            [0, capacity - kept],
            [0, 0],
          ]),
          [-1, headSize],
        );
      });
      tensor.dispose();
      return [name, result] as const;
    });
    return Object.fromEntries(resized);
  }

  #emptyCache(capacity: number): Weights {
    const { layers, keyValueHeads, headSize } = this.#store.config;
    const cache: Record<string, Tensor> = {};
    for (let layer = 0; layer < layers; layer++) {
      for (const name of ['keys', 'values']) {
        const places = (this.rows / this.#shards) * keyValueHeads * capacity;
        // An array of its own: the cache is written in place.
        cache[`${name}.${layer}`] = this.#tf.tensor2d(new Float32Array(places * headSize), [places, headSize]);
      }
    }
    return cache;
  }
}

/** The capacity for tokens up to `lastPosition` and one place more. */
function capacityFor(lastPosition: number): number {
  return Math.ceil((lastPosition + 2) / CAPACITY_STEP) * CAPACITY_STEP;
}
