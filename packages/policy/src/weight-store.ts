import type { Tensor, TensorFlow } from '@turnwise/accelerator';
import type { ModelConfig } from './model/model-config.js';
import { weightShapes } from './model/weight-shapes.js';
import type { Weights } from './model/weights.js';

/** The weights that sampler and learner share, and their version, which rises whenever they change. */
export class WeightStore {
  readonly tf: TensorFlow;
  readonly config: ModelConfig;
  /** While an update runs nothing is sampled or scored: the weights may stand between two steps. */
  updating = false;
  #weights: Weights;
  #version: number;

  constructor(tf: TensorFlow, config: ModelConfig, values: ReadonlyMap<string, Float32Array>, version: number) {
    this.tf = tf;
    this.config = config;
    this.#weights = tensorsOf(tf, config, values);
    this.#version = version;
  }

  get weights(): Weights {
    return this.#weights;
  }

  get version(): number {
    return this.#version;
  }

  /** Takes over new weights and frees the old ones; the version stays. */
  replace(weights: Weights): void {
    const old = this.#weights;
    this.#weights = weights;
    this.tf.dispose(old as Record<string, Tensor>);
  }

  /** Raises the version: what was computed with the weights before is out of date. */
  raiseVersion(): number {
    this.#version += 1;
    return this.#version;
  }

  dispose(): void {
    this.tf.dispose(this.#weights as Record<string, Tensor>);
  }
}

/** Tensors of the shapes of a model's weights, under their names. The arrays are copied. */
export function tensorsOf(tf: TensorFlow, config: ModelConfig, values: ReadonlyMap<string, Float32Array>): Weights {
  const entries = [...weightShapes(config)].map(([name, shape]) => {
    // A copy, because native tensors share the memory of their array.
    return [name, tf.tensor((values.get(name) as Float32Array).slice(), [...shape])] as const;
  });
  return Object.fromEntries(entries);
}
