import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodeSafetensors, readSafetensors } from './safetensors.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'safetensors-'));
});
afterAll(() => rm(folder, { recursive: true }));

const tensors = new Map([
  ['a', { shape: [2, 2], values: Float32Array.of(1, -2, 0.5, 3) }],
  ['b', { shape: [], values: Float32Array.of(7) }],
]);

async function written(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

/** A file with the header given as text, and some bytes. */
function file(header: string, data: Uint8Array = new Uint8Array()): Uint8Array {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(Buffer.byteLength(header)));
  return Buffer.concat([length, Buffer.from(header), data]);
}

test('round trip, metadata too', async () => {
  const path = await written('round', Buffer.concat(encodeSafetensors(tensors, { step: '3', ümlaut: 'ß' })));
  const read = await readSafetensors(path);
  expect(read.tensors).toEqual(tensors);
  expect(read.metadata).toEqual({ format: 'pt', step: '3', ümlaut: 'ß' });
});

test('the bytes are those of the format: length, JSON padded with spaces to 8, data', () => {
  const bytes = Buffer.concat(encodeSafetensors(new Map([['x', { shape: [1], values: Float32Array.of(1) }]])));
  const header = '{"__metadata__":{"format":"pt"},"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}   ';
  expect(bytes.readBigUInt64LE(0)).toBe(BigInt(header.length));
  expect(bytes.toString('utf8', 8, 8 + header.length)).toBe(header);
  expect([...bytes.subarray(8 + header.length)]).toEqual([0, 0, 0x80, 0x3f]); // 1.0, little-endian
});

test('reads a file whose data do not begin at a multiple of four', async () => {
  const header = '{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}';
  const path = await written('odd', file(header, Uint8Array.of(0, 0, 0, 0x40)));
  expect((await readSafetensors(path)).tensors.get('x')?.values).toEqual(Float32Array.of(2));
});

const whole = Buffer.concat(encodeSafetensors(tensors));
test.each([
  ['empty', Buffer.alloc(3), 'truncated, a header of 8 bytes was expected, got 3'],
  ['header', whole.subarray(0, 20), 'truncated, the header ends at byte'],
  ['data', whole.subarray(0, whole.length - 1), 'truncated, b ends at byte 20 of the data, which end at 19'],
  ['json', file('{"x'), 'not a safetensors file, its header is no JSON'],
  ['null', file('null'), 'not a safetensors file'],
  ['type', file('{"x":{"dtype":"BF16","shape":[1],"data_offsets":[0,2]}}'), 'x: data type F32, got BF16'],
  ['size', file('{"x":{"dtype":"F32","shape":[2,2],"data_offsets":[0,4]}}'), 'x: 16 bytes for the shape [2,2], got 4'],
])('refuses %s by name', async (name, bytes, message) => {
  const path = await written(name, bytes);
  await expect(readSafetensors(path)).rejects.toThrow(`${path}: ${message}`);
});
