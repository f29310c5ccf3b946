import { describe, expect, test, vi } from 'vitest';
import { nativeInstalled } from '../../test/native-installed.js';
import { createBackend } from '../backend/create-backend.js';
import { type NativeBackend, nativeBackend } from '../graph/native-backend.js';
import { WhileLoop } from '../graph/while-loop.js';
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

  test('operations that zeros are no input for: divisions of integers, indices that must differ', () => {
    const divide = compile(tf, (a: Tensor, b: Tensor) => [tf.floorDiv(a, b), tf.mod(a, b)]);
    const [quotient, rest] = divide(tf.tensor1d([7, 8], 'int32'), tf.tensor1d([2, 3], 'int32')) as [Tensor, Tensor];
    expect([[...quotient.dataSync()], [...rest.dataSync()]]).toEqual([
      [3, 2],
      [1, 2],
    ]);
    const spread = compile(tf, (at: Tensor, values: Tensor) => tf.sparseToDense(at, values, [4], 0));
    expect([...spread(tf.tensor1d([1, 3], 'int32'), tf.tensor1d([5, 6])).dataSync()]).toEqual([0, 5, 0, 6]);
  });

  test('what cannot be traced says so and names the function', () => {
    const before = binding.getNumOfTensors();
    const distinct = compile(tf, (x: Tensor) => tf.unique(x).values, { name: 'distinct' });
    expect(() => distinct(tf.tensor1d([1, 2, 2]))).toThrow(
      'distinct: cannot be traced, the shape that UniqueV2 makes depends on values',
    );
    let table: Tensor | undefined;
    const lazy = compile(
      tf,
      (x: Tensor) => {
        table ??= tf.keep(tf.square(x));
        return tf.mul(x, table);
      },
      { name: 'lazy' },
    );
    expect(lazy(tf.scalar(3)).dataSync()[0]).toBe(27);
    expect(() => lazy(tf.ones([2]))).toThrow(
      'lazy: a tensor that was made while a function was traced has no values; make it outside',
    );
    const words = compile(tf, (x: Tensor) => tf.add(x, tf.tensor1d(['a']) as never), { name: 'words' });
    tf.tidy(() => {
      expect(() => words(tf.scalar(1))).toThrow();
    });
    distinct.dispose();
    lazy.dispose();
    expect(binding.getNumOfTensors() - before).toBeLessThanOrEqual(4); // the arguments and what they gave
  });

  test('what a nested function hands through is not its argument itself', () => {
    const same = compile(tf, (x: Tensor) => x);
    const outer = compile(tf, (x: Tensor) => {
      const y = tf.square(x);
      same(y).dispose();
      return y;
    });
    expect(outer(tf.scalar(3)).dataSync()[0]).toBe(9);
  });

  test('only what a step replaces is a variable of a loop', () => {
    const run = vi.spyOn(WhileLoop.prototype, 'run');
    type State = { readonly a: Tensor; readonly b: Tensor; readonly n: Tensor };
    const write = (x: Tensor, at: number, value: number): Tensor =>
      updateRows(tf, x, tf.tensor1d([at], 'int32'), tf.tensor1d([value]));
    const given = (): State => ({ a: tf.zeros([3]), b: tf.zeros([3]), n: tf.scalar(0) });
    const values = ({ a, b }: State): number[][] => [[...a.dataSync()], [...b.dataSync()]];
    const twice = compileLoop(tf, (_: Tensor, { a, b, n }: State) => {
      const state = { a: write(write(a, 0, 1), 1, 2), b, n: tf.add(n, 1) };
      return { state, output: tf.sum(state.a) };
    });
    const [first] = twice({ steps: 3, shared: [], shards: [{ state: given(), inputs: [] }] });
    expect(values(first?.state as State)).toEqual([
      [1, 2, 0],
      [0, 0, 0],
    ]);
    // The step, n and the output; neither a, which is overwritten, nor b, which stays.
    expect(run.mock.calls[0]?.[0]).toHaveLength(3);
    const swapped = compileLoop(tf, (_: Tensor, { a, b, n }: State) => {
      const state = { a: write(b, 0, 1), b: write(a, 1, 2), n };
      return { state, output: tf.sum(state.a) };
    });
    const [second] = swapped({ steps: 2, shared: [], shards: [{ state: given(), inputs: [] }] });
    expect(values(second?.state as State)).toEqual([
      [1, 2, 0],
      [1, 2, 0],
    ]);
    expect(run.mock.calls[1]?.[0]).toHaveLength(4);
    run.mockRestore();
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
