import type { TensorFlow } from '@turnwise/accelerator';
import { expect, test } from 'vitest';
import { backendOrNull } from '../../test/backends.js';
import { adamwStep } from './adamw.js';
import { optimizerOptions } from './optimizer-options.js';

const tf = (await backendOrNull('cpu'))?.tf as TensorFlow;

/** Algorithm 2 of Loshchilov and Hutter in float64, with clipping before it, on a list of numbers. */
function twin(
  weights: number[],
  gradients: number[][],
  options: ReturnType<typeof optimizerOptions>,
  decays: boolean[],
): number[] {
  const { beta1, beta2, epsilon, learningRate, weightDecay, maxGradNorm } = options;
  const m = weights.map(() => 0);
  const v = weights.map(() => 0);
  const w = [...weights];
  gradients.forEach((gradient, step) => {
    const norm = Math.sqrt(gradient.reduce((sum, g) => sum + g * g, 0));
    const clip = Math.min(1, maxGradNorm / (norm + 1e-6));
    gradient.forEach((g, i) => {
      m[i] = beta1 * (m[i] as number) + (1 - beta1) * clip * g;
      v[i] = beta2 * (v[i] as number) + (1 - beta2) * (clip * g) ** 2;
      const mean = (m[i] as number) / (1 - beta1 ** (step + 1));
      const deviation = Math.sqrt((v[i] as number) / (1 - beta2 ** (step + 1)));
      const decay = decays[i] ? weightDecay * (w[i] as number) : 0;
      w[i] = (w[i] as number) - learningRate * (mean / (deviation + epsilon) + decay);
    });
  });
  return w;
}

function steps(options: ReturnType<typeof optimizerOptions>, gradients: number[][]): { w: number[]; norms: number[] } {
  const step = adamwStep(tf, options);
  let weights = { a: tf.tensor2d([1, -2], [1, 2]), n: tf.tensor1d([0.5]) } as Parameters<typeof step>[0]['weights'];
  let first = { a: tf.zeros([1, 2]), n: tf.zeros([1]) } as typeof weights;
  let second = { a: tf.zeros([1, 2]), n: tf.zeros([1]) } as typeof weights;
  const norms: number[] = [];
  gradients.forEach(([g0, g1, g2], t) => {
    const { beta1, beta2, learningRate } = options;
    const result = step({
      weights,
      first,
      second,
      gradients: { a: tf.tensor2d([g0 as number, g1 as number], [1, 2]), n: tf.tensor1d([g2 as number]) },
      scalars: tf.tensor1d([learningRate, 1 - beta1 ** (t + 1), 1 - beta2 ** (t + 1)]),
    });
    ({ weights, first, second } = result);
    norms.push(result.gradNorm.dataSync()[0] as number);
  });
  return { w: [...(weights['a']?.dataSync() ?? []), ...(weights['n']?.dataSync() ?? [])] as number[], norms };
}

test.each([
  ['without clipping or decay', { maxGradNorm: 1e9 }],
  ['clipped', { maxGradNorm: 0.5 }],
  ['with decay, which spares what is no matrix', { weightDecay: 0.3, maxGradNorm: 1e9 }],
])('is AdamW, %s', (_, given) => {
  const options = optimizerOptions({ learningRate: 0.1, ...given });
  const gradients = [
    [3, -1, 0.2],
    [0.1, 0.7, -2],
    [-4, 0.01, 1],
  ];
  const { w } = steps(options, gradients);
  twin([1, -2, 0.5], gradients, options, [true, true, false]).forEach((expected, i) => {
    expect(w[i]).toBeCloseTo(expected, 5);
  });
});

test('the norm is that before clipping: sqrt(2^2 + 3^2 + 6^2) = 7', () => {
  expect(steps(optimizerOptions({ maxGradNorm: 1 }), [[2, 3, 6]]).norms[0]).toBeCloseTo(7, 5);
});

test('a step of the first gradient is the learning rate in its direction', () => {
  // m / (1 - b1) = g and sqrt(v / (1 - b2)) = |g|, so the step is rate * sign(g).
  const { w } = steps(optimizerOptions({ learningRate: 0.1 }), [[0.5, -0.25, 0.125]]);
  expect(w[0]).toBeCloseTo(0.9, 5);
  expect(w[1]).toBeCloseTo(-1.9, 5);
  expect(w[2]).toBeCloseTo(0.4, 5);
});
