import { type CompiledFunction, compile, nativeBackend, type Tensor, type TensorFlow } from '@turnwise/accelerator';
import type { Learner, NonFiniteStep, PolicyBatch, PolicyLoss, UpdateMetrics, UpdateOptions } from '@turnwise/gtpo';
import type { WantedTokens } from '../model/selection.js';
import { tokenLogprobs } from '../model/token-logprobs.js';
import type { Weights } from '../model/weights.js';
import type { WeightStore } from '../weight-store.js';
import { checkBatch } from './check-batch.js';
import { cutTensor, type MicroBatch } from './micro-batches.js';
import { MicroBatching } from './micro-batching.js';
import { Optimizer, type OptimizerState } from './optimizer.js';
import type { OptimizerOptions } from './optimizer-options.js';
import { StepGradient } from './step-gradient.js';
import { wantedTokens } from './wanted-tokens.js';

export interface LearnerOptions extends OptimizerOptions {
  /** Independent parts of a micro-batch, computed in parallel. Default 4 with graphs on the native backend, else 1. */
  readonly shards?: number;
  /** Tokens of a micro-batch. Default 4096; halved for good when memory runs out. */
  readonly microBatchTokens?: number;
  /**
   * Keep only the input of each layer for the gradient, and compute the rest again: less memory for long rows, one more
   * forward pass. Default no.
   */
  readonly activationCheckpointing?: boolean;
  /** So many optimizer steps in a row that are not finite end the run with an error. Default 3. */
  readonly maxSkippedSteps?: number;
}

/** One optimizer step; means over its action tokens, but for the loss, which its aggregation has weighted. */
interface StepReport {
  readonly gradNorm: number;
  readonly learningRate: number;
  readonly nonFinite: NonFiniteStep | null;
  readonly loss: number;
  readonly entropy: number;
  /** The greatest. */
  readonly logprobDifference: number;
  readonly metrics: Readonly<Record<string, number>>;
}

type ScoreInputs = {
  readonly tokenIds: Tensor;
  readonly inverseTemperature: Tensor;
  readonly wanted?: WantedTokens;
};

/** Trains the weights of a store. */
export class PolicyLearner implements Learner {
  readonly #store: WeightStore;
  readonly #tf: TensorFlow;
  readonly #optimizer: Optimizer;
  readonly #microBatching: MicroBatching;
  readonly #stepGradient: StepGradient;
  readonly #score: CompiledFunction<[{ readonly weights: Weights; readonly batch: ScoreInputs }], Tensor>;
  readonly #maxSkippedSteps: number;
  #skippedInARow = 0;

  constructor(store: WeightStore, options: LearnerOptions = {}, state?: OptimizerState) {
    const { tf, config } = store;
    this.#store = store;
    this.#tf = tf;
    this.#optimizer = new Optimizer(store, options, state);
    const {
      shards = nativeBackend(tf) === null || !store.graphs ? 1 : 4,
      microBatchTokens = 4096,
      maxSkippedSteps = 3,
    } = options;
    checkCounts({ shards, microBatchTokens, maxSkippedSteps });
    this.#maxSkippedSteps = maxSkippedSteps;
    this.#microBatching = new MicroBatching(tf, { shards, microBatchTokens });
    this.#stepGradient = new StepGradient(store, this.#microBatching, options.activationCheckpointing ?? false);
    this.#score = compile(
      tf,
      ({ weights, batch }) => {
        const { tokenIds, inverseTemperature, wanted } = batch;
        return tokenLogprobs(tf, config, weights, tokenIds, inverseTemperature, { wanted }).logprobs;
      },
      { name: 'score', graph: store.graphs },
    );
  }

  async update(batch: PolicyBatch, loss: PolicyLoss, options: UpdateOptions = {}): Promise<UpdateMetrics> {
    checkBatch(batch, this.#store.config);
    const { epochs = 1, minibatches = 1 } = options;
    checkCounts({ epochs, minibatches });
    if (this.#store.updating) throw new Error('update: another update is running');
    this.#store.updating = true;
    try {
      return await this.#update(batch, loss, { ...options, epochs, minibatches });
    } finally {
      this.#store.updating = false;
    }
  }

  async score(batch: PolicyBatch): Promise<Float32Array> {
    if (this.#store.updating) throw new Error('score: the weights are being updated');
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
    options: UpdateOptions & Required<Pick<UpdateOptions, 'epochs' | 'minibatches'>>,
  ): Promise<UpdateMetrics> {
    const steps: StepReport[] = [];
    let moved = false;
    try {
      for (let epoch = 0; epoch < options.epochs; epoch++) {
        for (const rows of deal(batch.sequences, options.minibatches)) {
          const count = countActionTokens(batch, rows);
          if (count === 0) continue;
          const step = await this.#step(batch, loss, rows, count, options);
          moved ||= step.nonFinite === null;
          steps.push(step);
          this.#checkSkipped(step);
        }
      }
    } finally {
      // Also when an error ends the update after some of its steps: the sampler must not go on with old weights.
      if (moved) this.#store.raiseVersion();
    }
    const [first, last] = [steps[0], steps.at(-1)];
    const nonFinite = steps.flatMap((step) => step.nonFinite ?? []);
    return {
      optimizerSteps: steps.length - nonFinite.length,
      skippedSteps: nonFinite.length,
      nonFinite,
      halvedBatches: this.#microBatching.takeHalvings(),
      loss: steps.length === 0 ? 0 : steps.reduce((sum, step) => sum + step.loss, 0) / steps.length,
      gradNorm: last?.gradNorm ?? 0,
      learningRate: last?.learningRate ?? 0,
      entropy: first?.entropy ?? 0,
      logprobDifference: first?.logprobDifference ?? 0,
      steps: steps.map(({ metrics }) => metrics),
      policyVersion: this.#store.version,
    };
  }

  async #step(
    batch: PolicyBatch,
    loss: PolicyLoss,
    rows: readonly number[],
    count: number,
    { regularizers = [], learningRate = this.#optimizer.scheduledRate }: UpdateOptions,
  ): Promise<StepReport> {
    const sums = await this.#stepGradient.compute(batch, loss, regularizers, rows);
    return {
      ...this.#optimizer.apply(sums.gradients, learningRate),
      learningRate,
      loss: sums.loss,
      entropy: sums.entropy / count,
      logprobDifference: sums.logprobDifference,
      metrics: Object.fromEntries(Object.entries(sums.metrics).map(([name, sum]) => [name, sum / count])),
    };
  }

  /** Throws when too many steps in a row were skipped. */
  #checkSkipped({ nonFinite }: StepReport): void {
    this.#skippedInARow = nonFinite === null ? 0 : this.#skippedInARow + 1;
    if (nonFinite === null || this.#skippedInARow < this.#maxSkippedSteps) return;
    const { step, what, tensor } = nonFinite;
    throw new Error(
      `update: ${this.#skippedInARow} optimizer steps in a row were not finite; at step ${step} the ${what} of ${tensor}`,
    );
  }

  #scorePart(batch: PolicyBatch, part: MicroBatch, into: Float32Array): void {
    const tf = this.#tf;
    const wanted = wantedTokens(tf, batch, part);
    const inputs = {
      tokenIds: cutTensor(tf, batch, batch.tokenIds, part, 'int32'),
      inverseTemperature: tf.scalar(1 / batch.temperature),
      ...(wanted === null ? {} : { wanted }),
    };
    try {
      const scores = this.#score({ weights: this.#store.weights, batch: inputs });
      const values = scores.dataSync() as Float32Array;
      scores.dispose();
      part.rowIndices.forEach((row, i) => {
        const [from, to] = [i * part.tokens, row * batch.tokens];
        for (let t = 0; t < Math.min(part.tokens, batch.tokens); t++) {
          if (batch.actionMask[to + t] === 1) into[to + t] = values[from + t] as number;
        }
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
