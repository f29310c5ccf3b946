import type { NonFiniteStep } from '@turnwise/gtpo';
import type { Weights } from '../model/weights.js';

type Cause = Pick<NonFiniteStep, 'what' | 'tensor'>;

/**
 * Names the first tensor that keeps an optimizer step from being finite: a weight that was not finite before it, a
 * gradient, or a weight that it would have made. When every value is finite, their squares or sums overflowed, and
 * the tensor with the greatest value is named.
 *
 * @param next the weights that the step would have made
 */
export function nonFiniteCause(weights: Weights, gradients: Weights, next: Weights, gradNorm: number): Cause {
  const weight = firstNonFinite(weights);
  if (weight !== null) return { what: 'weight', tensor: weight };
  const gradient = firstNonFinite(gradients);
  if (gradient !== null) return { what: 'gradient', tensor: gradient };
  if (!Number.isFinite(gradNorm)) return { what: 'gradient-norm', tensor: greatest(gradients) };
  return { what: 'new-weight', tensor: firstNonFinite(next) ?? greatest(next) };
}

function firstNonFinite(tensors: Weights): string | null {
  const found = Object.entries(tensors).find(([, tensor]) => !tensor.dataSync().every(Number.isFinite));
  return found?.[0] ?? null;
}

function greatest(tensors: Weights): string {
  const sizes = Object.entries(tensors).map(([name, tensor]) => {
    const values = tensor.dataSync() as Float32Array;
    return [name, values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)] as const;
  });
  return sizes.reduce((best, candidate) => (candidate[1] > best[1] ? candidate : best))[0];
}
