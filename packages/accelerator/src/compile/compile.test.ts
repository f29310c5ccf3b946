import { afterEach, describe, expect, test } from 'vitest';
import { nativeInstalled } from '../../test/native-installed.js';
import { createBackend } from '../backend/create-backend.js';
import { nativeBackend } from '../graph/native-backend.js';
import type { Tensor } from '../tensorflow.js';
import { compile } from './compile.js';

const native = nativeInstalled();
const names = native ? (['native', 'cpu'] as const) : (['cpu'] as const);

describe.each(names)('on %s', (name) => {
  const start = async () => (await createBackend({ prefer: name })).tf;

  test('gives what the function gives, nested inputs and outputs and gradients included', async () => {
    const tf = await start();
    const f = (w: Tensor, { x, rows }: { x: Tensor; rows: Tensor }) => ({
      gradient: tf.grad((v) => tf.sum(tf.square(tf.matMul(x as never, v as never))))(w),
      parts: [tf.gather(w, rows as never), tf.expandDims(tf.cast(tf.greater(w, 1), 'float32'), 0)],
    });
    const compiled = compile(tf, f);
    const w = tf.tensor2d([1, -2, 3, 0.5], [2, 2]);
    const x = tf.tensor2d([1, 0, 2, 1], [2, 2]);
    const rows = tf.tensor1d([1, 0, 1], 'int32');
    for (let call = 0; call < 2; call++) {
      const got = compiled(w, { x, rows });
      // d/dw sum((x w)^2) = 2 x^T x w with x^T x = [[5, 2], [2, 1]].
      expect([...got.gradient.dataSync()]).toEqual([22, -18, 10, -7]);
      expect(got.parts[0]?.arraySync()).toEqual([
        [3, 0.5],
        [1, -2],
        [3, 0.5],
      ]);
      expect(got.parts[1]?.arraySync()).toEqual([
        [
          [0, 0],
          [1, 0],
        ],
      ]);
    }
    expect(compiled.graphs).toBe(name === 'native' ? 1 : 0);
    compiled.dispose();
  });

  test('captured tensors and variables are read anew at each call', async () => {
    const tf = await start();
    const variable = tf.variable(tf.scalar(2));
    const captured = tf.scalar(10);
    const compiled = compile(tf, (x: Tensor) => tf.add(tf.mul(x, variable), captured));
    const x = tf.scalar(3);
    expect(compiled(x).dataSync()[0]).toBe(16);
    variable.assign(tf.scalar(5));
    expect(compiled(x).dataSync()[0]).toBe(25);
    if (name === 'native') {
      captured.dispose();
      expect(() => compiled(x)).toThrow('captured tensor 1 was disposed; pass it as an argument or keep it');
    }
    variable.dispose();
    compiled.dispose();
  });

  test('the same tensor given twice, and given and captured, are told apart later', async () => {
    const tf = await start();
    const a = tf.scalar(2);
    const compiled = compile(tf, (x: Tensor, y: Tensor) => tf.add(tf.mul(x, 10), tf.add(y, tf.mul(a, 100))));
    expect(compiled(a, a).dataSync()[0]).toBe(222);
    expect(compiled(tf.scalar(3), tf.scalar(4)).dataSync()[0]).toBe(234);
    compiled.dispose();
  });

  test('inputs, constants and captured tensors may be outputs', async () => {
    const tf = await start();
    const captured = tf.scalar(7);
    const compiled = compile(tf, (x: Tensor) => [x, tf.clone(captured), tf.scalar(9)]);
    for (const value of [1, 2]) {
      expect(compiled(tf.scalar(value)).map((tensor) => tensor.dataSync()[0])).toEqual([value, 7, 9]);
    }
    compiled.dispose();
  });

  test('outputs belong to tf.tidy; nothing else stays', async () => {
    const tf = await start();
    const compiled = compile(tf, (x: Tensor) => [tf.square(x), tf.keep(tf.neg(x))]);
    const x = tf.tensor1d([1, 2]);
    tf.tidy(() => {
      compiled(x);
    });
    const before = tf.memory().numTensors;
    const handles = nativeBackend(tf)?.binding.getNumOfTensors();
    for (let i = 0; i < 3; i++) tf.dispose(compiled(x) as Tensor[]);
    expect(tf.memory().numTensors).toBe(before);
    expect(nativeBackend(tf)?.binding.getNumOfTensors()).toBe(handles);
    compiled.dispose();
  });
});

describe.each(names)('on %s', (name) => {
  test('a function that throws inside a gradient leaves no tensors', async () => {
    const { tf } = await createBackend({ prefer: name });
    const x = tf.tensor1d([1, 2]);
    const compiled = compile(tf, (given: Tensor) =>
      tf.grad((v) => {
        // Both save their input for the gradient.
        const y = tf.exp(tf.square(v));
        if (y.rank === 1) throw new Error('no memory');
        return y;
      })(given),
    );
    const before = tf.memory().numTensors;
    for (let i = 0; i < 2; i++) expect(() => compiled(x)).toThrow('no memory');
    expect(tf.memory().numTensors).toBe(before);
    expect(
      tf
        .grad((v) => tf.square(v))(x)
        .dataSync()[1],
    ).toBe(4);
    x.dispose();
  });
});

describe.skipIf(!native)('graphs', () => {
  afterEach(async () => {
    // Whatever a test left replaced by an error must be back in place.
    const { tf } = await createBackend();
    expect(tf.add(1, 2).dataSync()[0]).toBe(3);
  });

  test('one per combination of shapes and data types', async () => {
    const { tf } = await createBackend();
    let runs = 0;
    const compiled = compile(tf, (x: Tensor) => {
      runs += 1;
      return tf.add(x, x);
    });
    for (const x of [tf.ones([2]), tf.ones([2]), tf.ones([3]), tf.ones([2], 'int32'), tf.ones([2, 1])]) compiled(x);
    expect([compiled.graphs, runs]).toEqual([4, 4]);
    compiled.dispose();
    expect(compiled.graphs).toBe(0);
    expect([...compiled(tf.ones([2])).dataSync()]).toEqual([2, 2]);
    expect(runs).toBe(5);
    compiled.dispose();
  });

  test.each([
    ['reads values', (tf: never, x: Tensor) => readingNorm(tf, x), 'it reads the values of a tensor'],
    ['uses strings', (tf: Tf) => tf.tensor(['a']), "it holds a tensor of TensorFlow's data type 7"],
    ['returns a promise', async (tf: Tf) => tf.scalar(1), 'a tensor, an array or a record of tensors, got a promise'],
  ] as const)('what cannot be traced is named, and leaves nothing behind: %s', async (_, f, message) => {
    const { tf } = await createBackend();
    const x = tf.tensor1d([3, 4]);
    const before = tf.memory().numTensors;
    const compiled = compile(tf, (given: Tensor) => f(tf as never, given) as never, { name: 'broken' });
    for (let i = 0; i < 2; i++) expect(() => compiled(x)).toThrow(message);
    expect(compiled.graphs).toBe(0);
    expect(tf.memory().numTensors).toBe(before);
  });

  test('random numbers drawn by TensorFlow are drawn at each run', async () => {
    const { tf } = await createBackend();
    const compiled = compile(tf, (logits: Tensor) => tf.multinomial(logits as never, 64));
    const logits = tf.zeros([8]);
    const [a, b] = [compiled(logits), compiled(logits)];
    expect([...a.dataSync()]).not.toEqual([...b.dataSync()]);
    compiled.dispose();
  });

  test('many runs keep the process small', async () => {
    const { tf } = await createBackend();
    const compiled = compile(tf, (x: Tensor) => tf.matMul(x as never, x as never));
    const x = tf.ones([64, 64]);
    const run = () => {
      for (let i = 0; i < 300; i++) compiled(x).dispose();
    };
    run();
    const before = process.memoryUsage.rss();
    run();
    run();
    // 600 leaked outputs or feeds of 16 KB would be 10 MB each.
    expect(process.memoryUsage.rss() - before).toBeLessThan(8e6);
    compiled.dispose();
  });
});

type Tf = Awaited<ReturnType<typeof createBackend>>['tf'];

function readingNorm(tf: Tf, x: Tensor): Tensor {
  return tf.scalar(Math.hypot(...tf.square(x).dataSync()));
}
