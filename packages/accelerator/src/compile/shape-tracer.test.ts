import { describe, expect, test, vi } from 'vitest';
import { nativeInstalled } from '../../test/native-installed.js';
import { createBackend } from '../backend/create-backend.js';
import { type NativeBackend, nativeBackend } from '../graph/native-backend.js';
import type { Tensor, Tensor1D } from '../tensorflow.js';
import { compile } from './compile.js';
import { compileLoop } from './compile-loop.js';
import { ShapeTracer } from './shape-tracer.js';
import { updateRows } from './update-rows.js';

const FLOAT32 = 1;
const INT32 = 3;
const T = [{ name: 'T', type: 4, value: FLOAT32 }];

describe.skipIf(!nativeInstalled())('on native', async () => {
  if (!nativeInstalled()) return;
  const { tf } = await createBackend({ prefer: 'native' });
  const { binding } = nativeBackend(tf) as NativeBackend;

  test('an operation is executed once for inputs of one form, and nothing of it stays', () => {
    const execute = vi.fn(binding.executeOp.bind(binding));
    const tracer = new ShapeTracer(Object.create(binding, { executeOp: { value: execute } }));
    const before = binding.getNumOfTensors();
    const a = tracer.standIn({ shape: [2, 3], dtype: FLOAT32 });
    const b = tracer.standIn({ shape: [1, 3], dtype: FLOAT32 });
    for (let i = 0; i < 3; i++) {
      const [sum] = tracer.execute('AddV2', T, [a.id, b.id], 1);
      expect(sum).toMatchObject({ shape: [2, 3], dtype: FLOAT32 });
      expect(ShapeTracer.isStandIn(sum?.id as number)).toBe(true);
    }
    tracer.execute('AddV2', T, [b.id, b.id], 1);
    expect(execute).toHaveBeenCalledTimes(2);
    expect(binding.getNumOfTensors()).toBe(before);
  });

  test('the shape of a result may follow from constants, computed ones too', () => {
    const tracer = new ShapeTracer(binding);
    const constant = (values: number[]): number => {
      const array = Int32Array.from(values);
      const id = binding.createTensor([values.length], INT32, array);
      tracer.declare(id, { shape: [values.length], dtype: INT32 }, new Uint8Array(array.buffer));
      return id;
    };
    const x = tracer.standIn({ shape: [12], dtype: FLOAT32 });
    const types = [...T, { name: 'Tshape', type: 4, value: INT32 }];
    const reshaped = (shape: number): number[] | undefined =>
      tracer.execute('Reshape', types, [x.id, shape], 1)[0]?.shape;
    expect([reshaped(constant([3, 4])), reshaped(constant([6, 2]))]).toEqual([
      [3, 4],
      [6, 2],
    ]);
    const int32 = [{ name: 'T', type: 4, value: INT32 }];
    for (const [more, shape] of [
      [
        [1, 2],
        [4, 3],
      ],
      [
        [-1, 8],
        [2, 6],
      ],
    ] as const) {
      const base = more[0] === 1 ? [3, 1] : [3, -2];
      const [sum] = tracer.execute('AddV2', int32, [constant(base), constant([...more])], 1);
      expect(reshaped(sum?.id as number)).toEqual(shape);
    }
  });

  test('a tensor is cut into hundreds of parts', () => {
    const sizes = Array.from({ length: 300 }, (_, i) => 1 + (i % 7));
    const cut = compile(tf, (x: Tensor) => tf.split(x, sizes));
    const parts = cut(tf.ones([sizes.reduce((sum, size) => sum + size, 0)])) as Tensor[];
    expect(parts.map(({ size }) => size)).toEqual(sizes);
    cut.dispose();
  });

  test('shapes that an operation does not take fail with its own words', () => {
    const tracer = new ShapeTracer(binding);
    const [a, b] = [2, 3].map((size) => tracer.standIn({ shape: [size], dtype: FLOAT32 }).id) as [number, number];
    const before = binding.getNumOfTensors();
    expect(() => tracer.execute('AddV2', T, [a, b], 1)).toThrow(/Incompatible shapes/);
    expect(binding.getNumOfTensors()).toBe(before);
  });

  test('a function is traced without the memory that running it takes', () => {
    const zeros = vi.spyOn(ShapeTracer, 'zerosOf');
    const deep = compile(tf, (x: Tensor) => {
      let y = x;
      for (let i = 0; i < 50; i++) y = tf.sin(y);
      return tf.grad((v: Tensor) => tf.sum(tf.mul(v, y)))(x);
    });
    const x = tf.linspace(0, 1, 1000);
    const made = deep(x);
    // sin of a vector, its product with another, a sum and what a gradient adds: not fifty times the same.
    expect(zeros.mock.calls.length).toBeLessThan(20);
    zeros.mockRestore();
    let expected = x;
    for (let i = 0; i < 50; i++) expected = tf.sin(expected);
    const [got, want] = [made.dataSync(), expected.dataSync()];
    expect(Math.max(...got.map((value, i) => Math.abs(value - (want[i] as number))))).toBeLessThan(1e-5);
    deep.dispose();
  });

  test('a compiled function or loop inside of a compiled function becomes part of its graph', () => {
    const inner = compile(tf, (x: Tensor) => tf.square(x));
    const loop = compileLoop(tf, (_: Tensor, x: Tensor) => ({ state: inner(x), output: tf.neg(x) }));
    const outer = compile(tf, (x: Tensor) => {
      const [result] = loop({ steps: 3, shared: [], shards: [{ state: inner(x), inputs: [] }] });
      return [result?.state as Tensor, result?.outputs as Tensor];
    });
    for (const x of [2, -1]) {
      const [state, outputs] = outer(tf.scalar(x)) as [Tensor, Tensor];
      expect(state.dataSync()[0]).toBe(x ** 16);
      expect([...outputs.dataSync()]).toEqual([-(x ** 2), -(x ** 4), -(x ** 8)]);
    }
    expect([inner.graphs, loop.graphs, outer.graphs]).toEqual([0, 0, 1]);
    expect(inner(tf.scalar(2)).dataSync()[0]).toBe(4);
  });

  test('in a loop, what is only overwritten is overwritten where it lies, and before the next step reads it', () => {
    type State = { readonly memory: Tensor; readonly passed: Tensor };
    // Reads the row that the step before wrote, and writes the next one, which it does not read.
    const loop = compileLoop(tf, (step: Tensor, { memory, passed }: State) => {
      const row = tf.gather(memory, tf.reshape(step, [1]) as Tensor1D);
      const next = tf.reshape(tf.add(step, tf.scalar(1, 'int32')), [1]) as Tensor1D;
      const written = updateRows(tf, memory, next, tf.add(tf.mul(row, 2), passed));
      return { state: { memory: written, passed }, output: row };
    });
    const memory = tf.tensor2d([1, ...new Array<number>(8).fill(0)], [9, 1]);
    const passed = tf.scalar(1);
    const [result] = loop({ steps: 8, shared: [], shards: [{ state: { memory, passed }, inputs: [] }] });
    const powers = [1, 3, 7, 15, 31, 63, 127, 255];
    expect([...(result?.outputs.dataSync() ?? [])]).toEqual(powers);
    expect([...(result?.state.memory.dataSync() ?? [])]).toEqual([...powers, 511]);
    expect(result?.state.passed.dataSync()[0]).toBe(1);
    expect([...memory.dataSync()]).toEqual([...powers, 511]);
    loop.dispose();
  });
});
