import { type CompiledFunction, compile, nativeBackend, type Tensor, type TensorFlow } from '@turnwise/accelerator';
import type { Learner, PolicyBatch, PolicyLoss, UpdateMetrics, UpdateOptions } from '@turnwise/gtpo';
import { tokenLogprobs } from '../model/token-logprobs.js';
import type { Weights } from '../model/weights.js';
import type { WeightStore } from '../weight-store.js';
import { checkBatch } from './check-batch.js';
import { cutTensor, type MicroBatch } from './micro-batches.js';
import { MicroBatching } from './micro-batching.js';
import { Optimizer, type OptimizerState } from './optimizer.js';
import type { OptimizerOptions } from './optimizer-options.js';
import { StepGradient, type StepSums } from './step-gradient.js';

export interface LearnerOptions extends OptimizerOptions {
  /** Independent parts of a micro-batch, computed in parallel. Default 4 on the native backend, else 1. */
  readonly shards?: number;
  /** Tokens of a micro-batch. Default 4096; halved for good when memory runs out. */
  readonly microBatchTokens?: number;
}

/** Trains the weights of a store. */
export class PolicyLearner implements Learner {
  readonly #store: WeightStore;
  readonly #tf: TensorFlow;
  readonly #optimizer: Optimizer;
  readonly #microBatching: MicroBatching;
  readonly #stepGradient: StepGradient;
  readonly #score: CompiledFunction<[{ readonly weights: Weights; readonly batch: Weights }], Tensor>;
  #busy = false;

  constructor(store: WeightStore, options: LearnerOptions = {}, state?: OptimizerState) {
    const { tf, config } = store;
    this.#store = store;
    this.#tf = tf;
    this.#optimizer = new Optimizer(store, options, state);
    const { shards = nativeBackend(tf) === null ? 1 : 4, microBatchTokens = 4096 } = options;
    checkCounts({ shards, microBatchTokens });
    this.#microBatching = new MicroBatching(tf, { shards, microBatchTokens });
    this.#stepGradient = new StepGradient(store, this.#microBatching);
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
    checkCounts({ epochs, minibatches });
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
    const rows = Array.from({ length: batch.sequences }, (_, row) => row);
    return this.#microBatching.run(batch, rows, {
      sharded: false,
      start: () => new Float32Array(batch.sequences * batch.tokens),
      add: (result, part) => this.#scorePart(batch, part, result),
      abandon: () => {},
    });
  }

  /** The optimizer's state, for a checkpoint. */
  state(): OptimizerState {
    return this.#optimizer.state();
  }

  dispose(): void {
    this.#stepGradient.dispose();
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
    let first: Omit<StepSums, 'gradients'> | null = null;
    let firstCount = 0;
    let gradNorm = 0;
    let usedRate = 0;
    let skippedSteps = 0;
    for (let epoch = 0; epoch < epochs; epoch++) {
      for (const rows of deal(batch.sequences, minibatches)) {
        const count = countActionTokens(batch, rows);
        if (count === 0) continue;
        const { gradients, ...sums } = await this.#stepGradient.compute(batch, loss, rows);
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
      halvedBatches: this.#microBatching.takeHalvings(),
      loss: losses.length === 0 ? 0 : losses.reduce((sum, value) => sum + value, 0) / losses.length,
      gradNorm,
      learningRate: usedRate,
      entropy: first === null ? 0 : first.entropy / firstCount,
      logprobDifference: first?.logprobDifference ?? 0,
      steps,
      policyVersion: this.#store.raiseVersion(),
    };
  }

  #scorePart(batch: PolicyBatch, part: MicroBatch, into: Float32Array): void {
    const tf = this.#tf;
    const inputs = {
      tokenIds: cutTensor(tf, batch, batch.tokenIds, part, 'int32'),
      actionMask: cutTensor(tf, batch, batch.actionMask, part, 'float32'),
      inverseTemperature: tf.scalar(1 / batch.temperature),
    };
    try {
      const scores = this.#score({ weights: this.#store.weights, batch: inputs });
      const values = scores.dataSync() as Float32Array;
      scores.dispose();
      part.rowIndices.forEach((row, i) => {
        const cut = values.subarray(i * part.tokens, i * part.tokens + Math.min(part.tokens, batch.tokens));
        into.set(cut, row * batch.tokens);
      });
    } finally {
      tf.dispose(inputs);
    }
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

function checkCounts(counts: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(counts)) {
    if (!Number.isInteger(value) || value < 1) throw new RangeError(`${name}: an integer of at least 1, got ${value}`);
  }
}
