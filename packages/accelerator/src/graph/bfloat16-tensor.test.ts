import { expect, test } from 'vitest';
import { nativeInstalled } from '../../test/native-installed.js';
import { createBackend } from '../backend/create-backend.js';
import { bfloat16Tensor } from './bfloat16-tensor.js';
import { nativeBackend } from './native-backend.js';

test.skipIf(!nativeInstalled())(
  'every bfloat16 number is the upper half of a float32, to the bit',
  async () => {
    const { tf } = await createBackend({ prefer: 'native' });
    const halves = Uint16Array.from({ length: 2 ** 16 }, (_, i) => i);
    const expected = new Float32Array(Uint32Array.from(halves, (half) => half << 16).buffer);
    const bytes = new Uint8Array(halves.buffer);
    const before = [tf.memory().numTensors, nativeBackend(tf)?.binding.getNumOfTensors() as number];
    const tensor = bfloat16Tensor(tf, bytes, [256, 256]);
    bytes.fill(0);
    expect(tensor?.shape).toEqual([256, 256]);
    expect(tensor?.dtype).toBe('float32');
    const values = tensor?.dataSync() as Float32Array;
    const bits = (of: Float32Array) => new Uint32Array(of.buffer, of.byteOffset, of.length);
    const [wanted, got] = [bits(expected), bits(values)];
    // What is no number stays none; its bits are the processor's.
    const wrong = [...wanted].filter((word, i) =>
      Number.isNaN(expected[i]) ? !Number.isNaN(values[i]) : word !== got[i],
    );
    expect(wrong).toEqual([]);
    tensor?.dispose();
    expect([tf.memory().numTensors, nativeBackend(tf)?.binding.getNumOfTensors()]).toEqual(before);
  },
  60_000,
);

test('elsewhere there is none; bytes that do not fit the shape are refused', async () => {
  const { tf } = await createBackend({ prefer: 'cpu' });
  expect(bfloat16Tensor(tf, new Uint8Array(4), [2])).toBe(null);
  expect(() => bfloat16Tensor(tf, new Uint8Array(5), [1, 2])).toThrow('bytes: 4 for the shape [1,2], got 5');
}, 60_000);
