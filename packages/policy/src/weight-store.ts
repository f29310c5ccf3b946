import type { Tensor, TensorFlow } from '@turnwise/accelerator';
import type { ModelConfig } from './model/model-config.js';
import { parameterCount } from './model/parameter-count.js';
import { trainedShapes, weightShapes } from './model/weight-shapes.js';
import { type Weights, weight } from './model/weights.js';

/** Beyond it operations are so large that a graph brings less than the many seconds that it takes to make. */
const GRAPHED_PARAMETERS = 100e6;

/** The weights that sampler and learner share, and their version, which rises whenever they change. */
export class WeightStore {
  readonly tf: TensorFlow;
  readonly config: ModelConfig;
  /** Whether training and scoring become graphs. */
  readonly graphs: boolean;
  /** While an update runs nothing is sampled or scored: the weights may stand between two steps. */
  updating = false;
  readonly #trained: readonly string[];
  #weights: Weights;
  #version: number;

  /** Takes tensors over, or copies arrays. `graphs` by default for up to 100 million parameters. */
  constructor(
    tf: TensorFlow,
    config: ModelConfig,
    weights: Weights | ReadonlyMap<string, Float32Array>,
    version: number,
    graphs = parameterCount(config) <= GRAPHED_PARAMETERS,
  ) {
    this.graphs = graphs;
    this.tf = tf;
    this.config = config;
    this.#weights = weights instanceof Map ? tensorsOf(tf, config, weights) : (weights as Weights);
    this.#trained = [...trainedShapes(config).keys()];
    this.#version = version;
  }

  get weights(): Weights {
    return this.#weights;
  }

  /** Those that are trained; the others never change. */
  get trained(): Weights {
    return Object.fromEntries(this.#trained.map((name) => [name, weight(this.#weights, name)]));
  }

  get version(): number {
    return this.#version;
  }

  /** Takes over new weights in place of those that are trained, and frees the old ones; the version stays. */
  replace(trained: Weights): void {
    const old = this.trained;
    this.#weights = { ...this.#weights, ...trained };
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
