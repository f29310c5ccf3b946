import { type CompiledFunction, compile, type Tensor, type TensorFlow } from '@turnwise/accelerator';
import { type PolicyLoss, type Regularizer, regularizedTerms } from '@turnwise/gtpo';
import type { ModelConfig } from '../model/model-config.js';
import { tokenLogprobs } from '../model/token-logprobs.js';
import type { Weights } from '../model/weights.js';
import { tensorLossOps } from './tensor-loss-ops.js';

/** The tensors of a micro-batch, `[rows, tokens]` each. */
export type MicroBatchTensors = {
  readonly tokenIds: Tensor;
  /** 1 on action tokens, else 0. */
  readonly actionMask: Tensor;
  readonly advantages: Tensor;
  readonly behaviourLogprobs: Tensor;
  /** Given when a regularizer needs them. */
  readonly referenceLogprobs?: Tensor;
  /** Of the aggregation; 0 off the action mask. */
  readonly lossWeights: Tensor;
  /** When the loss needs them. */
  readonly turnIndices?: Tensor;
  readonly rolloutLogprobs?: Tensor;
  /** Left out, all tokens are computed; see `WantedTokens`. */
  readonly positions?: Tensor;
  readonly places?: Tensor;
};

type GradientArguments = {
  readonly weights: Weights;
  /** Sums of the micro-batches before, of the weights that are trained. */
  readonly gradients: Weights;
  readonly batch: MicroBatchTensors;
  readonly inverseTemperature: Tensor;
};

/** Sums over the micro-batch: nothing is divided here. */
type GradientResult = {
  readonly gradients: Weights;
  readonly loss: Tensor;
  readonly entropy: Tensor;
  /** Greatest |policy - behaviour log-prob| on an action token. */
  readonly logprobDifference: Tensor;
  readonly metrics: Weights;
};

export type LossGradient = CompiledFunction<[GradientArguments], GradientResult>;

/** What is differentiated, and how. */
export interface Differentiated {
  readonly loss: PolicyLoss;
  readonly regularizers: readonly Regularizer[];
  readonly shards: number;
  readonly activationCheckpointing: boolean;
}

type ShardSums = Omit<GradientResult, 'gradients'> & { readonly gradients: Tensor[] };

/**
 * Adds the gradient of `sum_t w_t * loss_t` over a micro-batch to the gradients so far, compiled; `loss_t` includes the
 * regularizers. Rows are split into `shards` independent parts of the graph, which run in parallel; their sums are added.
 */
export function lossGradient(tf: TensorFlow, config: ModelConfig, what: Differentiated, graph = true): LossGradient {
  return compile(
    tf,
    ({ weights, gradients, batch, inverseTemperature }: GradientArguments): GradientResult => {
      const names = Object.keys(gradients);
      const kept: Tensor[] = [];
      const keep = (tensor: Tensor): Tensor => {
        kept.push(tf.keep(tensor));
        return tensor;
      };
      try {
        const parts = splitRows(tf, batch, what.shards).map((part) =>
          shardGradient(tf, config, what, weights, names, part, inverseTemperature, keep),
        );
        const sum = (of: (part: ShardSums) => Tensor): Tensor => tf.addN(parts.map(of));
        const metrics = Object.keys((parts[0] as ShardSums).metrics);
        return {
          gradients: Object.fromEntries(
            names.map((name, i) => [
              name,
              tf.addN([gradients[name] as Tensor, ...parts.map((part) => part.gradients[i] as Tensor)]),
            ]),
          ),
          loss: sum((part) => part.loss),
          entropy: sum((part) => part.entropy),
          logprobDifference: tf.max(tf.stack(parts.map((part) => part.logprobDifference))),
          metrics: Object.fromEntries(metrics.map((name) => [name, sum((part) => part.metrics[name] as Tensor)])),
        };
      } finally {
        tf.dispose(kept);
      }
    },
    { name: `gradient of ${what.loss.name}`, graph },
  );
}

function splitRows(tf: TensorFlow, batch: MicroBatchTensors, shards: number): MicroBatchTensors[] {
  const columns = Object.entries(batch).map(([name, tensor]) => [name, tf.split(tensor, shards, 0)] as const);
  return Array.from(
    { length: shards },
    (_, shard) => Object.fromEntries(columns.map(([name, parts]) => [name, parts[shard]])) as MicroBatchTensors,
  );
}

function shardGradient(
  tf: TensorFlow,
  config: ModelConfig,
  { loss, regularizers, activationCheckpointing }: Differentiated,
  weights: Weights,
  /** Of the weights that are trained. */
  names: readonly string[],
  batch: MicroBatchTensors,
  inverseTemperature: Tensor,
  /** Lets a tensor outlive the tape. */
  keep: (tensor: Tensor) => Tensor,
): ShardSums {
  const { tokenIds, actionMask, lossWeights, positions, places, ...inputs } = batch;
  const wanted = positions && places ? { positions, places } : undefined;
  const entropyGradient = regularizers.some(({ needs }) => needs === 'entropies');
  const options = { entropyGradient, activationCheckpointing, wanted };
  let sums: Omit<ShardSums, 'gradients' | 'loss'> | null = null;
  const value = (...tensors: Tensor[]): Tensor => {
    const now = { ...weights, ...Object.fromEntries(names.map((name, i) => [name, tensors[i] as Tensor])) };
    const { logprobs, entropies } = tokenLogprobs(tf, config, now, tokenIds, inverseTemperature, options);
    // Masked before the loss, so that no token off the mask can overflow in it.
    const policyLogprobs = tf.mul(logprobs, actionMask);
    const terms = regularizedTerms(tensorLossOps(tf, batch), loss, regularizers, {
      ...inputs,
      policyLogprobs,
      entropies,
    });
    const masked = (values: Tensor): Tensor => keep(tf.sum(tf.mul(values, actionMask)));
    sums = {
      entropy: masked(entropies),
      logprobDifference: keep(tf.max(tf.abs(tf.sub(policyLogprobs, inputs.behaviourLogprobs)))),
      metrics: Object.fromEntries(Object.entries(terms.metrics).map(([name, values]) => [name, masked(values)])),
    };
    return tf.sum(tf.mul(terms.loss, lossWeights));
  };
  const { value: total, grads } = tf.valueAndGrads(value as never)(names.map((name) => weights[name] as Tensor));
  return { ...(sums as unknown as Omit<ShardSums, 'gradients' | 'loss'>), loss: total, gradients: grads } as ShardSums;
}
