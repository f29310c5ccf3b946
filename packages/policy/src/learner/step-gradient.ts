import type { Tensor, TensorFlow } from '@turnwise/accelerator';
import { type PolicyBatch, type PolicyLoss, tokenWeights } from '@turnwise/gtpo';
import type { Weights } from '../model/weights.js';
import type { WeightStore } from '../weight-store.js';
import { type LossGradient, lossGradient, type MicroBatchTensors } from './loss-gradient.js';
import { cutTensor, type MicroBatch } from './micro-batches.js';
import type { MicroBatching } from './micro-batching.js';

/** Sums over the rows of an optimizer step. */
export interface StepSums {
  /** Belong to the caller. */
  gradients: Weights;
  loss: number;
  entropy: number;
  /** Greatest, not a sum. */
  logprobDifference: number;
  readonly metrics: Record<string, number>;
}

/** Computes the gradient of one optimizer step, micro-batch by micro-batch. */
export class StepGradient {
  readonly #store: WeightStore;
  readonly #tf: TensorFlow;
  readonly #microBatching: MicroBatching;
  #compiled: { readonly loss: PolicyLoss; readonly shards: number; readonly compute: LossGradient } | null = null;

  constructor(store: WeightStore, microBatching: MicroBatching) {
    this.#store = store;
    this.#tf = store.tf;
    this.#microBatching = microBatching;
  }

  compute(batch: PolicyBatch, loss: PolicyLoss, rows: readonly number[]): Promise<StepSums> {
    const lossWeights = tokenWeights(batch, loss.aggregation, rows);
    return this.#microBatching.run(batch, rows, {
      sharded: true,
      start: () => ({ gradients: this.#zeros(), loss: 0, entropy: 0, logprobDifference: 0, metrics: {} }),
      add: (sums, part, shards) => this.#add(sums, batch, loss, lossWeights, part, shards),
      abandon: ({ gradients }) => this.#tf.dispose(gradients as never),
    });
  }

  dispose(): void {
    this.#compiled?.compute.dispose();
    this.#compiled = null;
  }

  #add(
    sums: StepSums,
    batch: PolicyBatch,
    loss: PolicyLoss,
    lossWeights: Float64Array,
    part: MicroBatch,
    shards: number,
  ): void {
    const tf = this.#tf;
    const inverseTemperature = tf.scalar(1 / batch.temperature);
    const tensors: MicroBatchTensors = {
      tokenIds: cutTensor(tf, batch, batch.tokenIds, part, 'int32'),
      actionMask: cutTensor(tf, batch, batch.actionMask, part, 'float32'),
      advantages: cutTensor(tf, batch, batch.advantages, part, 'float32'),
      behaviourLogprobs: cutTensor(tf, batch, batch.behaviourLogprobs, part, 'float32'),
      lossWeights: cutTensor(tf, batch, lossWeights, part, 'float32'),
    };
    try {
      const { weights } = this.#store;
      const compute = this.#compiledFor(loss, shards);
      const result = compute({ weights, gradients: sums.gradients, batch: tensors, inverseTemperature });
      const { gradients, metrics, ...scalars } = result;
      tf.dispose(sums.gradients as never);
      sums.gradients = gradients;
      sums.loss += read(scalars.loss);
      sums.entropy += read(scalars.entropy);
      sums.logprobDifference = Math.max(sums.logprobDifference, read(scalars.logprobDifference));
      for (const [name, value] of Object.entries(metrics)) sums.metrics[name] = (sums.metrics[name] ?? 0) + read(value);
      tf.dispose([metrics, scalars] as never);
    } finally {
      tf.dispose([tensors, inverseTemperature] as never);
    }
  }

  #zeros(): Weights {
    const entries = Object.entries(this.#store.weights);
    return Object.fromEntries(entries.map(([name, { shape }]) => [name, this.#tf.zeros(shape)]));
  }

  /** The compiled gradient of a loss; only that of the last loss is kept. */
  #compiledFor(loss: PolicyLoss, shards: number): LossGradient {
    if (this.#compiled?.loss !== loss || this.#compiled.shards !== shards) {
      this.dispose();
      this.#compiled = { loss, shards, compute: lossGradient(this.#tf, this.#store.config, loss, shards) };
    }
    return this.#compiled.compute;
  }
}

function read(scalar: Tensor): number {
  return scalar.dataSync()[0] as number;
}
