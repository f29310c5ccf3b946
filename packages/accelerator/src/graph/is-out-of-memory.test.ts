import { describe, expect, test } from 'vitest';
import { nativeInstalled } from '../../test/native-installed.js';
import { createBackend } from '../backend/create-backend.js';
import { GraphBuilder } from './graph-builder.js';
import { GraphSession } from './graph-session.js';
import { isOutOfMemory } from './is-out-of-memory.js';
import { type NativeBackend, nativeBackend } from './native-backend.js';

/** 2^52 bytes as float32: more than a process can address, so that no machine ever begins to fill it. */
const SIDE = 2 ** 25;

// With oneDNN another allocator asks again for ten seconds before it gives up. Its message is the same.
process.env['TF_ENABLE_ONEDNN_OPTS'] = '0';

function thrown(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}

describe.skipIf(!nativeInstalled())('on native TensorFlow', () => {
  test('an operation that finds no memory', async () => {
    const { tf } = await createBackend();
    const error = thrown(() => tf.fill([SIDE, SIDE], 1));
    expect(error).toBeInstanceOf(Error);
    expect(isOutOfMemory(error)).toBe(true);
    expect(tf.add(1, 2).dataSync()[0]).toBe(3);
  });

  test('a graph that finds no memory, and another error of a graph', async () => {
    const { tf } = await createBackend();
    const backend = nativeBackend(tf) as NativeBackend;
    const graph = new GraphBuilder();
    const dims = graph.placeholder('int32');
    const value = graph.placeholder('float32');
    const types = { T: { kind: 'type', value: 'float32' }, index_type: { kind: 'type', value: 'int32' } } as const;
    const session = new GraphSession(backend, graph, [dims, value], [graph.op('Fill', [dims, value], types)]);
    const run = (shape: number[]) => {
      const feeds = [tf.tensor1d(shape, 'int32'), tf.scalar(1)];
      return thrown(() => session.run(backend.getInputTensorIds(feeds)));
    };
    expect(isOutOfMemory(run([SIDE, SIDE]))).toBe(true);
    const negative = run([-1]);
    expect(negative).toBeInstanceOf(Error);
    expect(isOutOfMemory(negative)).toBe(false);
    expect(run([2])).toHaveLength(1);
    session.dispose();
  });
});

test('an array that finds no memory; nothing else', () => {
  expect(isOutOfMemory(thrown(() => new ArrayBuffer(2 ** 52)))).toBe(true);
  expect(isOutOfMemory(new Error('Invalid TF_Status: 3\nMessage: In[0] mismatch In[1] shape'))).toBe(false);
  expect(isOutOfMemory(new Error('Invalid TF_Status: 80\nMessage: '))).toBe(false);
  expect(isOutOfMemory('OOM when allocating tensor')).toBe(false);
});
