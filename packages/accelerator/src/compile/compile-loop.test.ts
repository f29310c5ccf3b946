import { describe, expect, test } from 'vitest';
import { nativeInstalled } from '../../test/native-installed.js';
import { createBackend } from '../backend/create-backend.js';
import { nativeBackend } from '../graph/native-backend.js';
import type { Tensor, Tensor1D, TensorFlow } from '../tensorflow.js';
import { compileLoop, type LoopBody } from './compile-loop.js';
import { updateRows } from './update-rows.js';

const names = nativeInstalled() ? (['native', 'wasm', 'cpu'] as const) : (['wasm', 'cpu'] as const);

type State = { readonly rows: Tensor; readonly value: Tensor };

/** Each step writes `value * factor` into its row, adds `increment` to the value and puts out value and row sum. */
function bodyOf(
  tf: TensorFlow,
): LoopBody<{ factor: Tensor }, State, { increment: Tensor }, { value: Tensor; sum: Tensor }> {
  return (step, { rows, value }, { increment }, { factor }) => {
    const row = tf.reshape(tf.mul(value, factor), [1, 2]);
    const written = updateRows(tf, rows, tf.reshape(step, [1]) as Tensor1D, row);
    const next = tf.add(value, increment);
    return { state: { rows: written, value: next }, output: { value: next, sum: tf.sum(written) } };
  };
}

function argumentsOf(tf: TensorFlow, steps: number, shards = 1) {
  const shard = (q: number) => ({
    state: { rows: tf.tensor2d(new Float32Array(8), [4, 2]), value: tf.tensor1d([q, q + 1]) },
    inputs: { increment: tf.scalar(1) },
  });
  return { steps, shared: { factor: tf.scalar(10) }, shards: Array.from({ length: shards }, (_, q) => shard(q)) };
}

describe.each(names)('on %s', (name) => {
  const start = async () => (await createBackend({ prefer: name })).tf;

  test('state, outputs stacked by step, shards apart', async () => {
    const tf = await start();
    const loop = compileLoop(tf, bodyOf(tf));
    for (let call = 0; call < 2; call++) {
      const [first, second] = loop(argumentsOf(tf, 3, 2));
      expect(first?.outputs.value.arraySync()).toEqual([
        [1, 2],
        [2, 3],
        [3, 4],
      ]);
      expect(first?.outputs.sum.arraySync()).toEqual([10, 40, 90]); // 10, + 10 + 20, + 20 + 30
      expect(first?.state.rows.arraySync()).toEqual([
        [0, 10],
        [10, 20],
        [20, 30],
        [0, 0],
      ]);
      expect(first?.state.value.arraySync()).toEqual([3, 4]);
      expect(second?.state.rows.arraySync()).toEqual([
        [10, 20],
        [20, 30],
        [30, 40],
        [0, 0],
      ]);
    }
    expect(loop.graphs).toBe(name === 'native' ? 1 : 0);
    loop.dispose();
  });

  test('any number of steps, on one graph; a run goes on where another ended', async () => {
    const tf = await start();
    const loop = compileLoop(tf, bodyOf(tf));
    const whole = loop(argumentsOf(tf, 4))[0];
    const given = argumentsOf(tf, 1);
    const part = loop(given)[0];
    expect(part?.outputs.value.shape).toEqual([1, 2]);
    const rest = loop({
      ...given,
      steps: 3,
      shards: [{ state: part?.state as State, inputs: { increment: tf.scalar(1) } }],
    });
    expect(rest[0]?.state.value.arraySync()).toEqual(whole?.state.value.arraySync());
    expect(loop.graphs).toBe(name === 'native' ? 1 : 0);
    loop.dispose();
  });

  test('nothing stays but what it returned', async () => {
    const tf = await start();
    const loop = compileLoop(tf, bodyOf(tf));
    tf.tidy(() => {
      loop(argumentsOf(tf, 2, 2));
    });
    const before = tf.memory().numTensors;
    const handles = nativeBackend(tf)?.binding.getNumOfTensors();
    const given = argumentsOf(tf, 2, 2);
    tf.dispose([given.shared, given.shards, loop(given)] as never);
    expect(tf.memory().numTensors).toBe(before);
    expect(nativeBackend(tf)?.binding.getNumOfTensors()).toBe(handles);
    loop.dispose();
  });

  test('a body that changes the form of its state is refused', async () => {
    const tf = await start();
    const loop = compileLoop(tf, (_: Tensor, x: Tensor) => ({ state: tf.concat([x, x], 0), output: x }), {
      name: 'grows',
    });
    const shards = [{ state: tf.ones([2]), inputs: [] }];
    expect(() => loop({ steps: 1, shared: [], shards } as never)).toThrow(
      'grows: the state keeps its form, float32[2], got float32[4]',
    );
    expect(() => loop({ steps: 0, shared: [], shards } as never)).toThrow('steps: an integer of at least 1, got 0');
  });

  test('updateRows replaces rows, of int32 too', async () => {
    const tf = await start();
    const rows = tf.tensor2d([7, 8, 9, 10], [2, 2]);
    const x = tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]);
    expect(updateRows(tf, x, tf.tensor1d([2, 0], 'int32'), rows).arraySync()).toEqual([
      [9, 10],
      [3, 4],
      [7, 8],
    ]);
    const ints = updateRows(tf, tf.tensor1d([1, 2, 3], 'int32'), tf.tensor1d([1], 'int32'), tf.tensor1d([9], 'int32'));
    expect([ints.dtype, ints.arraySync()]).toEqual(['int32', [1, 9, 3]]);
  });
});
