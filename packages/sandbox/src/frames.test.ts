import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeFrame, FrameReader } from './frames.js';

test('a frame is its length in little-endian and its JSON', () => {
  // é takes two bytes: "é" with its quotes is 4.
  expect([...encodeFrame('é')]).toEqual([4, 0, 0, 0, 0x22, 0xc3, 0xa9, 0x22]);
});

test('values survive any cutting of the stream', () => {
  const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(fc.array(fc.jsonValue(), { maxLength: 5 }), cuts, (values, sizes) => {
      const stream = Buffer.concat(values.map((value) => encodeFrame(value)));
      const reader = new FrameReader(2 ** 20);
      const read: unknown[] = [];
      for (let at = 0, cut = 0; at < stream.length; cut++) {
        const size = sizes[cut % sizes.length] ?? 1;
        read.push(...reader.read(stream.subarray(at, at + size)));
        at += size;
      }
      expect(read).toEqual(JSON.parse(JSON.stringify(values)));
    }),
  );
});

test('a frame that is too long is refused by its header alone', () => {
  const reader = new FrameReader(10);
  expect(() => [...reader.read(Buffer.from([11, 0, 0, 0]))]).toThrow('frame: must be at most 10 bytes, got 11');
});

test('a frame that is not JSON throws', () => {
  expect(() => [...new FrameReader(10).read(Buffer.from([1, 0, 0, 0, 0x7b]))]).toThrow(SyntaxError);
});
