import type { Tensor, TensorFlow } from '@turnwise/accelerator';
import type { NonFiniteStep } from '@turnwise/gtpo';
import { trainedShapes } from '../model/weight-shapes.js';
import type { Weights } from '../model/weights.js';
import type { WeightStore } from '../weight-store.js';
import { type AdamwStep, adamwStep } from './adamw.js';
import { learningRate } from './learning-rate.js';
import { nonFiniteCause } from './non-finite.js';
import { type OptimizerOptions, optimizerOptions } from './optimizer-options.js';

/** What a resumed run needs besides the weights: both moments of each weight that is trained, by its name. */
export interface OptimizerState {
  readonly first: ReadonlyMap<string, Float32Array>;
  readonly second: ReadonlyMap<string, Float32Array>;
  readonly step: number;
}

/** AdamW over the trained weights of a store: holds the moments, from the first step on, and counts the steps. */
export class Optimizer {
  readonly #store: WeightStore;
  readonly #tf: TensorFlow;
  readonly #options: Required<OptimizerOptions>;
  readonly #adamw: AdamwStep;
  #moments: { readonly first: Weights; readonly second: Weights } | null = null;
  #resumed: OptimizerState | null;
  #step: number;

  /** Throws a `RangeError` for an option out of range. */
  constructor(store: WeightStore, options: OptimizerOptions = {}, state?: OptimizerState) {
    this.#store = store;
    this.#tf = store.tf;
    this.#options = optimizerOptions(options);
    this.#adamw = adamwStep(store.tf, this.#options, store.graphs);
    this.#resumed = state ?? null;
    this.#step = state?.step ?? 0;
  }

  /** The learning rate of the next step, as the schedule has it. */
  get scheduledRate(): number {
    const { learningRate: base, warmupSteps, schedule } = this.#options;
    return learningRate(base, warmupSteps, schedule, this.#step);
  }

  /** Takes one step and frees the gradients. One that is not finite moves nothing, does not count and is named. */
  apply(gradients: Weights, rate: number): { readonly gradNorm: number; readonly nonFinite: NonFiniteStep | null } {
    const { beta1, beta2 } = this.#options;
    const t = this.#step + 1;
    const scalars = this.#tf.tensor1d([rate, 1 - beta1 ** t, 1 - beta2 ** t]);
    const { trained: old } = this.#store;
    const moments = this.#momentsMade();
    const { gradNorm, weightSum, ...next } = this.#adamw({ weights: old, ...moments, gradients, scalars });
    const [norm, sum] = [gradNorm, weightSum].map((scalar) => scalar.dataSync()[0]) as [number, number];
    const finite = Number.isFinite(norm) && Number.isFinite(sum);
    const nonFinite = finite ? null : { step: t, ...nonFiniteCause(old, gradients, next.weights, norm) };
    this.#tf.dispose([scalars, gradNorm, weightSum, gradients] as never);
    if (nonFinite !== null) {
      this.#tf.dispose(next as never);
      return { gradNorm: norm, nonFinite };
    }
    this.#tf.dispose(moments as never);
    this.#moments = { first: next.first, second: next.second };
    this.#store.replace(next.weights);
    this.#step = t;
    return { gradNorm: norm, nonFinite };
  }

  /** For a checkpoint. */
  state(): OptimizerState {
    if (this.#moments === null && this.#resumed !== null) return this.#resumed;
    const { first, second } = this.#moments ?? { first: null, second: null };
    const read = (tensors: Weights | null): Map<string, Float32Array> =>
      new Map(
        [...trainedShapes(this.#store.config)].map(([name, shape]) => [
          name,
          tensors === null
            ? new Float32Array(product(shape))
            : ((tensors[name] as Tensor).dataSync() as Float32Array).slice(),
        ]),
      );
    return { first: read(first), second: read(second), step: this.#step };
  }

  dispose(): void {
    this.#adamw.dispose();
    this.#tf.dispose((this.#moments ?? {}) as never);
  }

  /** The moments, made before the first step: a policy that only samples holds none. */
  #momentsMade(): { readonly first: Weights; readonly second: Weights } {
    if (this.#moments !== null) return this.#moments;
    const make = (values?: ReadonlyMap<string, Float32Array>): Weights =>
      Object.fromEntries(
        [...trainedShapes(this.#store.config)].map(([name, shape]) => {
          const array = values?.get(name);
          // A copy, because native tensors share the memory of their array.
          return [name, array === undefined ? this.#tf.zeros([...shape]) : this.#tf.tensor(array.slice(), [...shape])];
        }),
      );
    this.#moments = { first: make(this.#resumed?.first), second: make(this.#resumed?.second) };
    this.#resumed = null;
    return this.#moments;
  }
}

function product(shape: readonly number[]): number {
  return shape.reduce((result, size) => result * size, 1);
}
