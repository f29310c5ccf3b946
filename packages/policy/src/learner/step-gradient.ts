import type { Tensor, TensorFlow } from '@turnwise/accelerator';
import { type PolicyBatch, type PolicyLoss, type Regularizer, tokenWeights } from '@turnwise/gtpo';
import type { Weights } from '../model/weights.js';
import type { WeightStore } from '../weight-store.js';
import { type Differentiated, type LossGradient, lossGradient, type MicroBatchTensors } from './loss-gradient.js';
import { cutTensor, type MicroBatch } from './micro-batches.js';
import type { MicroBatching } from './micro-batching.js';
import { neededColumns } from './needed-columns.js';
import { wantedTokens } from './wanted-tokens.js';

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
  readonly #activationCheckpointing: boolean;
  #compiled: { readonly what: Differentiated; readonly compute: LossGradient } | null = null;

  constructor(store: WeightStore, microBatching: MicroBatching, activationCheckpointing: boolean) {
    this.#store = store;
    this.#tf = store.tf;
    this.#microBatching = microBatching;
    this.#activationCheckpointing = activationCheckpointing;
  }

  /** @throws RangeError when the batch lacks what the loss or a regularizer needs. */
  compute(
    batch: PolicyBatch,
    loss: PolicyLoss,
    regularizers: readonly Regularizer[],
    rows: readonly number[],
  ): Promise<StepSums> {
    const columns = columnsOf(batch, loss, regularizers, tokenWeights(batch, loss.aggregation, rows));
    return this.#microBatching.run(batch, rows, {
      sharded: true,
      start: () => ({ gradients: this.#zeros(), loss: 0, entropy: 0, logprobDifference: 0, metrics: {} }),
      add: (sums, part, shards) => {
        const activationCheckpointing = this.#activationCheckpointing;
        this.#add(sums, batch, columns, part, { loss, regularizers, shards, activationCheckpointing });
      },
      abandon: ({ gradients }) => this.#tf.dispose(gradients as never),
    });
  }

  dispose(): void {
    this.#compiled?.compute.dispose();
    this.#compiled = null;
  }

  #add(sums: StepSums, batch: PolicyBatch, columns: Columns, part: MicroBatch, what: Differentiated): void {
    const tf = this.#tf;
    const inverseTemperature = tf.scalar(1 / batch.temperature);
    const made: Record<string, Tensor> = {};
    try {
      Object.assign(made, wantedTokens(tf, batch, part));
      for (const [name, values] of Object.entries(columns))
        made[name] = cutTensor(tf, batch, values, part, name === 'tokenIds' ? 'int32' : 'float32');
      const tensors = made as MicroBatchTensors;
      const { weights } = this.#store;
      const compute = this.#compiledFor(what);
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
      tf.dispose([made, inverseTemperature] as never);
    }
  }

  #zeros(): Weights {
    const entries = Object.entries(this.#store.trained);
    return Object.fromEntries(entries.map(([name, { shape }]) => [name, this.#tf.zeros(shape)]));
  }

  /** The compiled gradient; only that of the last loss, regularizers and number of shards is kept. */
  #compiledFor(what: Differentiated): LossGradient {
    if (this.#compiled === null || !isSame(this.#compiled.what, what)) {
      this.dispose();
      this.#compiled = { what, compute: lossGradient(this.#tf, this.#store.config, what, this.#store.graphs) };
    }
    return this.#compiled.compute;
  }
}

/** What becomes the tensors of a micro-batch, `[sequences, tokens]` each. */
type Columns = { readonly [name in keyof MicroBatchTensors]: Float32Array | Float64Array | Int32Array | Uint8Array };

function columnsOf(
  batch: PolicyBatch,
  loss: PolicyLoss,
  regularizers: readonly Regularizer[],
  lossWeights: Float64Array,
): Columns {
  const { tokenIds, actionMask, advantages, behaviourLogprobs, referenceLogprobs } = batch;
  const needed = Object.fromEntries(neededColumns(batch, loss));
  const columns = { tokenIds, actionMask, advantages, behaviourLogprobs, lossWeights, ...needed };
  const needing = regularizers.find(({ needs }) => needs === 'referenceLogprobs');
  if (needing === undefined) return columns;
  if (referenceLogprobs === undefined) {
    throw new RangeError(
      `referenceLogprobs: the batch holds them for "${needing.name}" (score of a frozen policy), got none`,
    );
  }
  return { ...columns, referenceLogprobs };
}

function isSame(a: Differentiated, b: Differentiated): boolean {
  return (
    a.loss === b.loss &&
    a.shards === b.shards &&
    a.regularizers.length === b.regularizers.length &&
    a.regularizers.every((regularizer, i) => regularizer === b.regularizers[i])
  );
}

function read(scalar: Tensor): number {
  return scalar.dataSync()[0] as number;
}
