import type { TensorFlow } from '@turnwise/accelerator';
import type { NonFiniteStep } from '@turnwise/gtpo';
import { weightShapes } from '../model/weight-shapes.js';
import type { Weights } from '../model/weights.js';
import { tensorsOf, type WeightStore } from '../weight-store.js';
import { type AdamwStep, adamwStep } from './adamw.js';
import { learningRate } from './learning-rate.js';
import { nonFiniteCause } from './non-finite.js';
import { type OptimizerOptions, optimizerOptions } from './optimizer-options.js';

/** What a resumed run needs besides the weights. */
export interface OptimizerState {
  readonly first: ReadonlyMap<string, Float32Array>;
  readonly second: ReadonlyMap<string, Float32Array>;
  readonly step: number;
}

/** AdamW over the weights of a store: holds the moments and counts the steps. */
export class Optimizer {
  readonly #store: WeightStore;
  readonly #tf: TensorFlow;
  readonly #options: Required<OptimizerOptions>;
  readonly #adamw: AdamwStep;
  #first: Weights;
  #second: Weights;
  #step: number;

  /** Throws a `RangeError` for an option out of range. */
  constructor(store: WeightStore, options: OptimizerOptions = {}, state?: OptimizerState) {
    const { tf, config } = store;
    this.#store = store;
    this.#tf = tf;
    this.#options = optimizerOptions(options);
    this.#adamw = adamwStep(tf, this.#options);
    const zeros = new Map([...weightShapes(config)].map(([name, shape]) => [name, new Float32Array(product(shape))]));
    this.#first = tensorsOf(tf, config, state?.first ?? zeros);
    this.#second = tensorsOf(tf, config, state?.second ?? zeros);
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
    const { weights: old } = this.#store;
    const moments = { first: this.#first, second: this.#second };
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
    this.#first = next.first;
    this.#second = next.second;
    this.#store.replace(next.weights);
    this.#step = t;
    return { gradNorm: norm, nonFinite };
  }

  /** For a checkpoint. */
  state(): OptimizerState {
    const read = (tensors: Weights): Map<string, Float32Array> =>
      new Map(Object.entries(tensors).map(([name, tensor]) => [name, (tensor.dataSync() as Float32Array).slice()]));
    return { first: read(this.#first), second: read(this.#second), step: this.#step };
  }

  dispose(): void {
    this.#adamw.dispose();
    this.#tf.dispose([this.#first, this.#second] as never);
  }
}

function product(shape: readonly number[]): number {
  return shape.reduce((result, size) => result * size, 1);
}
