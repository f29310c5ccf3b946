import { type CompiledFunction, compile, nativeBackend, type Tensor, type TensorFlow } from '@turnwise/accelerator';
import {
  type Learner,
  type PolicyBatch,
  type PolicyLoss,
  tokenWeights,
  type UpdateMetrics,
  type UpdateOptions,
} from '@turnwise/gtpo';
import { tokenLogprobs } from '../model/token-logprobs.js';
import type { Weights } from '../model/weights.js';
import type { WeightStore } from '../weight-store.js';
import { checkBatch } from './check-batch.js';
import { type LossGradient, lossGradient, type MicroBatchTensors } from './loss-gradient.js';
import { cutRows, type MicroBatch, microBatches } from './micro-batches.js';
import { neededColumns } from './needed-columns.js';
import { Optimizer, type OptimizerState } from './optimizer.js';
import type { OptimizerOptions } from './optimizer-options.js';

export interface LearnerOptions extends OptimizerOptions {
  /** Independent parts of a micro-batch, computed in parallel. Default 4 on the native backend, else 1. */
  readonly shards?: number;
  /** Tokens of a micro-batch. Default 4096. */
  readonly microBatchTokens?: number;
}

interface StepSums {
  loss: number;
  entropy: number;
  logprobDifference: number;
  readonly metrics: Record<string, number>;
}

/** Trains the weights of a store. */
export class PolicyLearner implements Learner {
  readonly #store: WeightStore;
  readonly #tf: TensorFlow;
  readonly #optimizer: Optimizer;
  readonly #shards: number;
  readonly #microBatchTokens: number;
  readonly #score: CompiledFunction<[{ readonly weights: Weights; readonly batch: Weights }], Tensor>;
  #gradient: { readonly loss: PolicyLoss; readonly compute: LossGradient } | null = null;
  #busy = false;

  constructor(store: WeightStore, options: LearnerOptions = {}, state?: OptimizerState) {
    const { tf, config } = store;
    this.#store = store;
    this.#tf = tf;
    this.#optimizer = new Optimizer(store, options, state);
    this.#shards = options.shards ?? (nativeBackend(tf) === null ? 1 : 4);
    this.#microBatchTokens = options.microBatchTokens ?? 4096;
    for (const [name, value] of [
      ['shards', this.#shards],
      ['microBatchTokens', this.#microBatchTokens],
    ] as const) {
      if (!Number.isInteger(value) || value < 1)
        throw new RangeError(`${name}: an integer of at least 1, got ${value}`);
    }
    this.#score = compile(
      tf,
      ({ weights, batch }) => {
        const { tokenIds, actionMask, inverseTemperature } = batch as Record<string, Tensor>;
        const statistics = tokenLogprobs(tf, config, weights, tokenIds as Tensor, inverseTemperature as Tensor);
        return tf.mul(statistics.logprobs, actionMask as Tensor);
      },
      { name: 'score' },
    );
  }

  async update(batch: PolicyBatch, loss: PolicyLoss, options: UpdateOptions = {}): Promise<UpdateMetrics> {
    checkBatch(batch, this.#store.config);
    const { epochs = 1, minibatches = 1 } = options;
    for (const [name, value] of Object.entries({ epochs, minibatches })) {
      if (!Number.isInteger(value) || value < 1)
        throw new RangeError(`${name}: an integer of at least 1, got ${value}`);
    }
    if (this.#busy) throw new Error('update: another update is running');
    this.#busy = true;
    try {
      return await this.#update(batch, loss, epochs, minibatches, options.learningRate);
    } finally {
      this.#busy = false;
    }
  }

  async score(batch: PolicyBatch): Promise<Float32Array> {
    checkBatch(batch, this.#store.config);
    const result = new Float32Array(batch.sequences * batch.tokens);
    const rows = Array.from({ length: batch.sequences }, (_, row) => row);
    for (const part of this.#microBatches(batch, rows, 1)) {
      const inputs = {
        tokenIds: this.#tensor(batch, batch.tokenIds, part, 'int32'),
        actionMask: this.#tensor(batch, batch.actionMask, part, 'float32'),
        inverseTemperature: this.#tf.scalar(1 / batch.temperature),
      };
      const scores = this.#score({ weights: this.#store.weights, batch: inputs });
      const values = scores.dataSync() as Float32Array;
      this.#tf.dispose([scores, ...Object.values(inputs)]);
      part.rowIndices.forEach((row, i) => {
        const cut = values.subarray(i * part.tokens, i * part.tokens + Math.min(part.tokens, batch.tokens));
        result.set(cut, row * batch.tokens);
      });
      await yieldToEventLoop();
    }
    return result;
  }

  /** The optimizer's state, for a checkpoint. */
  state(): OptimizerState {
    return this.#optimizer.state();
  }

  dispose(): void {
    this.#gradient?.compute.dispose();
    this.#optimizer.dispose();
    this.#score.dispose();
  }

  async #update(
    batch: PolicyBatch,
    loss: PolicyLoss,
    epochs: number,
    minibatches: number,
    rate: number | undefined,
  ): Promise<UpdateMetrics> {
    const steps: Record<string, number>[] = [];
    const losses: number[] = [];
    let first: StepSums | null = null;
    let firstCount = 0;
    let gradNorm = 0;
    let usedRate = 0;
    let skippedSteps = 0;
    for (let epoch = 0; epoch < epochs; epoch++) {
      for (const rows of deal(batch.sequences, minibatches)) {
        const count = countActionTokens(batch, rows);
        if (count === 0) continue;
        const { gradients, sums } = await this.#gradients(batch, loss, rows);
        usedRate = rate ?? this.#optimizer.scheduledRate;
        const applied = this.#optimizer.apply(gradients, usedRate);
        gradNorm = applied.gradNorm;
        if (!applied.finite) skippedSteps += 1;
        if (first === null) {
          first = sums;
          firstCount = count;
        }
        losses.push(sums.loss);
        steps.push(Object.fromEntries(Object.entries(sums.metrics).map(([name, sum]) => [name, sum / count])));
      }
    }
    return {
      optimizerSteps: steps.length - skippedSteps,
      skippedSteps,
      loss: losses.length === 0 ? 0 : losses.reduce((sum, value) => sum + value, 0) / losses.length,
      gradNorm,
      learningRate: usedRate,
      entropy: first === null ? 0 : first.entropy / firstCount,
      logprobDifference: first?.logprobDifference ?? 0,
      steps,
      policyVersion: this.#store.raiseVersion(),
    };
  }

  async #gradients(
    batch: PolicyBatch,
    loss: PolicyLoss,
    rows: readonly number[],
  ): Promise<{ readonly gradients: Weights; readonly sums: StepSums }> {
    const tf = this.#tf;
    const lossWeights = tokenWeights(batch, loss.aggregation, rows);
    const sums: StepSums = { loss: 0, entropy: 0, logprobDifference: 0, metrics: {} };
    const inverseTemperature = tf.scalar(1 / batch.temperature);
    let gradients: Weights = Object.fromEntries(
      Object.entries(this.#store.weights).map(([name, tensor]) => [name, tf.zeros(tensor.shape)]),
    );
    const compute = this.#gradientOf(loss);
    for (const part of this.#microBatches(batch, rows, this.#shards)) {
      const inputs: MicroBatchTensors = {
        tokenIds: this.#tensor(batch, batch.tokenIds, part, 'int32'),
        actionMask: this.#tensor(batch, batch.actionMask, part, 'float32'),
        advantages: this.#tensor(batch, batch.advantages, part, 'float32'),
        behaviourLogprobs: this.#tensor(batch, batch.behaviourLogprobs, part, 'float32'),
        lossWeights: this.#tensor(batch, lossWeights, part, 'float32'),
        ...Object.fromEntries(
          neededColumns(batch, loss).map(([name, values]) => [name, this.#tensor(batch, values, part, 'float32')]),
        ),
      };
      const result = compute({ weights: this.#store.weights, gradients, batch: inputs, inverseTemperature });
      tf.dispose([gradients, inputs] as never);
      const { gradients: next, metrics, ...scalars } = result;
      gradients = next;
      sums.loss += read(scalars.loss);
      sums.entropy += read(scalars.entropy);
      sums.logprobDifference = Math.max(sums.logprobDifference, read(scalars.logprobDifference));
      for (const [name, value] of Object.entries(metrics)) sums.metrics[name] = (sums.metrics[name] ?? 0) + read(value);
      tf.dispose([metrics, scalars] as never);
      await yieldToEventLoop();
    }
    inverseTemperature.dispose();
    return { gradients, sums };
  }

  /** The compiled gradient of a loss; only that of the last loss is kept. */
  #gradientOf(loss: PolicyLoss): LossGradient {
    if (this.#gradient?.loss !== loss) {
      this.#gradient?.compute.dispose();
      this.#gradient = { loss, compute: lossGradient(this.#tf, this.#store.config, loss, this.#shards) };
    }
    return this.#gradient.compute;
  }

  #microBatches(batch: PolicyBatch, rows: readonly number[], shards: number): MicroBatch[] {
    const shapes = nativeBackend(this.#tf) === null ? 'exact' : 'few';
    return microBatches(batch, rows, { shards, tokenBudget: this.#microBatchTokens, shapes });
  }

  #tensor(
    batch: PolicyBatch,
    values: Float32Array | Float64Array | Int32Array | Uint8Array,
    part: MicroBatch,
    type: 'float32' | 'int32',
  ): Tensor {
    const into = (length: number): Int32Array | Float32Array =>
      type === 'int32' ? new Int32Array(length) : new Float32Array(length);
    const cut = cutRows(batch, values, part, into);
    return this.#tf.tensor2d(cut, [part.rows, part.tokens], type);
  }
}

/** How many action tokens the rows have together. */
function countActionTokens(batch: PolicyBatch, rows: readonly number[]): number {
  const row = (index: number) => batch.actionMask.subarray(index * batch.tokens, (index + 1) * batch.tokens);
  return rows.reduce((sum, index) => sum + row(index).reduce((count, on) => count + on, 0), 0);
}

/** Row indices of each of `parts` optimizer steps: neighbours stay together, sizes differ by at most one. */
function deal(rows: number, parts: number): number[][] {
  return Array.from({ length: parts }, (_, part) => {
    const from = Math.floor((part * rows) / parts);
    const to = Math.floor(((part + 1) * rows) / parts);
    return Array.from({ length: to - from }, (_, i) => from + i);
  });
}

function read(scalar: Tensor): number {
  return scalar.dataSync()[0] as number;
}

function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
