import { expect, test } from 'vitest';
import { nativeInstalled } from '../../test/native-installed.js';
import { createBackend } from '../backend/create-backend.js';
import { GraphBuilder } from './graph-builder.js';
import { GraphSession } from './graph-session.js';
import { type NativeBackend, nativeBackend } from './native-backend.js';
import { WhileLoop } from './while-loop.js';

const native = nativeInstalled();
const on = test.skipIf(!native);
const float = { kind: 'type', value: 'float32' } as const;
const int = { kind: 'type', value: 'int32' } as const;

async function setUp(): Promise<{ backend: NativeBackend; graph: GraphBuilder }> {
  const { tf } = await createBackend();
  return { backend: nativeBackend(tf) as NativeBackend, graph: new GraphBuilder() };
}

on('runs a graph on handles and gives handles', async () => {
  const { backend, graph } = await setUp();
  const x = graph.placeholder('float32');
  const two = graph.constant('float32', [2], new Uint8Array(Float32Array.of(2, 3).buffer));
  const product = graph.op('Mul', [x, two], { T: float });
  const session = new GraphSession(backend, graph, [x], [product]);
  const input = backend.binding.createTensor([2], 1, Float32Array.of(5, 7));
  const [output] = session.run([input]) as [{ id: number; shape: number[]; dtype: number }];
  expect(backend.createOutputTensor(output).dataSync()).toEqual(Float32Array.of(10, 21));
  expect(output).toMatchObject({ shape: [2], dtype: 1 });
  expect(() => session.run([])).toThrow('inputs: one handle per placeholder (1), got 0');
  const models = backend.binding.getNumOfSavedModels();
  session.dispose();
  session.dispose();
  expect(backend.binding.getNumOfSavedModels()).toBe(models - 1);
  expect(() => session.run([input])).toThrow('graph session: it is disposed');
  backend.binding.deleteTensor(input);
});

on('a while loop: the first power of 3 that is not below the limit', async () => {
  const { backend, graph } = await setUp();
  const limit = graph.placeholder('int32');
  const loop = new WhileLoop(graph, 'powers');
  const [power, count] = loop.run(
    [
      { initial: graph.int32(1), type: 'int32' },
      { initial: graph.int32(0), type: 'int32' },
    ],
    ([p]) => graph.op('Less', [p as never, loop.enterConstant(limit, 'int32')], { T: int }),
    ([p, n]) => [
      graph.op('Mul', [p as never, loop.enterConstant(graph.int32(3), 'int32')], { T: int }),
      graph.op('AddV2', [n as never, loop.enterConstant(graph.int32(1), 'int32')], { T: int }),
    ],
  );
  const session = new GraphSession(backend, graph, [limit], [power as never, count as never]);
  for (const [most, expected] of [
    [100, [243, 5]], // 3^4 = 81 < 100 <= 3^5
    [1, [1, 0]],
    [3, [3, 1]],
  ] as const) {
    const input = backend.binding.createTensor([], 3, Int32Array.of(most));
    const outputs = session.run([input]).map((output) => backend.createOutputTensor(output).dataSync()[0]);
    expect(outputs).toEqual(expected);
    backend.binding.deleteTensor(input);
  }
  session.dispose();
});

on('a body that gives too few values is refused', async () => {
  const { graph } = await setUp();
  const loop = new WhileLoop(graph, 'short');
  const variables = [{ initial: graph.int32(0), type: 'int32' as const }];
  expect(() =>
    loop.run(
      variables,
      ([x]) => x as never,
      () => [],
    ),
  ).toThrow('body: one value per loop variable (1), got 0');
});

on('a graph that is wrong is refused by TensorFlow with the name of the node', async () => {
  const { backend, graph } = await setUp();
  graph.op('MatMul', [graph.int32([1]), graph.int32([1])], { T: int }, 'layer3_attention');
  expect(() => new GraphSession(backend, graph, [], [])).toThrow('layer3_attention');
});

test('small constants are shared, large ones are not', () => {
  const graph = new GraphBuilder();
  expect(graph.int32([1, 2])).toBe(graph.int32([1, 2]));
  expect(graph.int32([1])).not.toBe(graph.int32(1));
  const large = Array.from({ length: 17 }, (_, i) => i);
  expect(graph.int32(large)).not.toBe(graph.int32(large));
  expect(graph.size).toBe(5);
});
