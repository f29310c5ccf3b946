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

test('many small weights, which are computed together, take the steps that each takes alone', () => {
  const options = optimizerOptions({ learningRate: 0.1, weightDecay: 0.3, maxGradNorm: 0.5 });
  const step = adamwStep(tf, options);
  // 150 matrices of 1 or 2 rows and 60 norms.
  const names = Array.from({ length: 210 }, (_, i) => `w${i}`);
  const shapes = names.map((_, i) => (i < 150 ? [1 + (i % 2), 2] : [2]));
  const sizes = shapes.map((shape) => shape.reduce((product, length) => product * length, 1));
  const starts = sizes.map((_, i) => sizes.slice(0, i).reduce((sum, size) => sum + size, 0));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const wave = (phase: number) => Array.from({ length: total }, (_, i) => Math.sin(1.3 * i + phase));
  const tensors = (flat: readonly number[]) =>
    Object.fromEntries(
      names.map((name, i) => {
        const start = starts[i] as number;
        return [name, tf.tensor(flat.slice(start, start + (sizes[i] as number)), shapes[i] as number[])];
      }),
    );
  const zeros = new Array<number>(total).fill(0);
  let [weights, first, second] = [tensors(wave(0)), tensors(zeros), tensors(zeros)] as const as unknown as Parameters<
    typeof step
  >[0]['weights'][];
  const gradients = [wave(1), wave(2), wave(3)];
  gradients.forEach((gradient, t) => {
    const { beta1, beta2, learningRate } = options;
    const result = step({
      weights: weights as NonNullable<typeof weights>,
      first: first as NonNullable<typeof first>,
      second: second as NonNullable<typeof second>,
      gradients: tensors(gradient),
      scalars: tf.tensor1d([learningRate, 1 - beta1 ** (t + 1), 1 - beta2 ** (t + 1)]),
    });
    ({ weights, first, second } = result);
    expect(result.gradNorm.dataSync()[0]).toBeCloseTo(Math.sqrt(gradient.reduce((sum, g) => sum + g * g, 0)), 4);
  });
  // Matrices decay, norms do not.
  const decays = names.flatMap((_, i) => new Array<boolean>(sizes[i] as number).fill(i < 150));
  const expected = twin(wave(0), gradients, options, decays);
  expect(Object.keys(weights as object)).toEqual(names);
  const got = names.flatMap((name) => [...(weights?.[name]?.dataSync() ?? [])]);
  got.forEach((value, i) => {
    expect(Math.abs(value - (expected[i] as number))).toBeLessThan(1e-5);
  });
  expect(got).toHaveLength(total);
});
