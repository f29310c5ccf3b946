import { type CompiledFunction, compile, type Tensor, type TensorFlow } from '@turnwise/accelerator';
import { joinGroup, splitGroup, tensorGroups } from './joined-tensors.js';
import type { OptimizerOptions } from './optimizer-options.js';

/** Tensors by the name of the weight they belong to. */
type Named = { readonly [name: string]: Tensor };

/** What an optimizer step reads. `scalars`: `[learning rate, 1 - beta1^t, 1 - beta2^t]`, computed in float64. */
type StepArguments = {
  readonly weights: Named;
  readonly first: Named;
  readonly second: Named;
  readonly gradients: Named;
  readonly scalars: Tensor;
};

type StepResult = {
  readonly weights: Named;
  readonly first: Named;
  readonly second: Named;
  /** Global norm of the gradients before clipping. */
  readonly gradNorm: Tensor;
  /** Of all elements of all new weights: finite only if each of them is. */
  readonly weightSum: Tensor;
};

export type AdamwStep = CompiledFunction<[StepArguments], StepResult>;

/**
 * One step of AdamW after clipping by global norm, compiled.
 *
 * With `c = min(1, maxGradNorm / (|g| + 1e-6))`: `m = beta1 m + (1 - beta1) c g`, `v = beta2 v + (1 - beta2) (c g)^2`,
 * `w = w - rate * (m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + epsilon) + decay * w)`; decay on matrices only, unless all
 * weights decay. Many small weights are computed together, which changes the norm's rounding alone.
 * Kingma and Ba, "Adam", 2015, algorithm 1; Loshchilov and Hutter, "Decoupled weight decay regularization", 2019.
 */
export function adamwStep(tf: TensorFlow, options: Required<OptimizerOptions>, graph = true): AdamwStep {
  const { beta1, beta2, epsilon, weightDecay, decayed: kind, maxGradNorm } = options;
  return compile(
    tf,
    ({ weights, first, second, gradients, scalars }: StepArguments): StepResult => {
      const [rate, correction1, correction2] = tf.unstack(scalars) as [Tensor, Tensor, Tensor];
      const shapes = Object.fromEntries(Object.entries(gradients).map(([name, { shape }]) => [name, shape]));
      const groups = tensorGroups(shapes);
      const squares = groups.map((group) => tf.tidy(() => tf.sum(tf.square(joinGroup(tf, group, gradients)))));
      const gradNorm = tf.sqrt(tf.addN(squares));
      const clip = tf.minimum(1, tf.div(maxGradNorm, tf.add(gradNorm, 1e-6)));
      // In the order of the gradients, whatever the groups: the order is part of what is compiled for.
      const empty = (): Record<string, Tensor> => Object.fromEntries(Object.entries(gradients));
      const next = { weights: empty(), first: empty(), second: empty() };
      const sums: Tensor[] = [];
      for (const group of groups) {
        // In a scope of its own, so that what only a group needs is gone before the next one is computed.
        const made = tf.tidy(() => {
          const old = joinGroup(tf, group, weights);
          const clipped = tf.mul(joinGroup(tf, group, gradients), clip);
          const m = tf.add(tf.mul(joinGroup(tf, group, first), beta1), tf.mul(clipped, 1 - beta1));
          const v = tf.add(tf.mul(joinGroup(tf, group, second), beta2), tf.mul(tf.square(clipped), 1 - beta2));
          const step = tf.div(tf.div(m, correction1), tf.add(tf.sqrt(tf.div(v, correction2)), epsilon));
          const decayed =
            weightDecay > 0 && (kind === 'all' || old.rank > 1) ? tf.add(step, tf.mul(old, weightDecay)) : step;
          const moved = tf.sub(old, tf.mul(decayed, rate));
          const split = (joined: Tensor): Record<string, Tensor> => splitGroup(tf, group, joined);
          return { weights: split(moved), first: split(m), second: split(v), sum: tf.sum(moved) };
        });
        Object.assign(next.weights, made.weights);
        Object.assign(next.first, made.first);
        Object.assign(next.second, made.second);
        sums.push(made.sum);
      }
      return { ...next, gradNorm, weightSum: tf.addN(sums) };
    },
    { name: 'adamw', graph },
  );
}
