import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodeSafetensors } from './encode-safetensors.js';
import { readSafetensors, SafetensorsFile } from './safetensors.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'safetensors-'));
});
afterAll(() => rm(folder, { recursive: true }));

const tensors = new Map([
  ['a', { shape: [2, 2], values: Float32Array.of(1, -2, 0.5, 3) }],
  ['b', { shape: [], values: Float32Array.of(7) }],
]);

function bytesOf(...given: Parameters<typeof encodeSafetensors>): Buffer {
  return Buffer.concat([...encodeSafetensors(...given)]);
}

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
  const path = await written('round', bytesOf(tensors, { step: '3', ümlaut: 'ß' }));
  const read = await readSafetensors(path);
  expect(read.tensors).toEqual(tensors);
  expect(read.metadata).toEqual({ format: 'pt', step: '3', ümlaut: 'ß' });
});

test('the bytes are those of the format: length, JSON padded with spaces to 8, data', () => {
  const bytes = bytesOf(new Map([['x', { shape: [1], values: Float32Array.of(1) }]]));
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

const whole = bytesOf(tensors);
test.each([
  ['empty', Buffer.alloc(3), 'truncated, a header of 8 bytes was expected, got 3'],
  ['header', whole.subarray(0, 20), 'truncated, the header ends at byte'],
  ['data', whole.subarray(0, whole.length - 1), 'truncated, b ends at byte 20 of the data, which end at 19'],
  ['json', file('{"x'), 'not a safetensors file, its header is no JSON'],
  ['null', file('null'), 'not a safetensors file, its header is no object'],
  ['entry', file('{"x":7}'), 'x: a data type, got undefined'],
  ['shape', file('{"x":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}'), 'x: a shape of whole numbers, got [-1]'],
  [
    'offsets',
    file('{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}'),
    'x: the bytes from where to where, got [4,0]',
  ],
  [
    'type',
    file('{"x":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}', Buffer.alloc(8)),
    'x: data type F32, F16 or BF16, got I64',
  ],
  [
    'size',
    file('{"x":{"dtype":"F32","shape":[2,2],"data_offsets":[0,4]}}', Buffer.alloc(4)),
    'x: 16 bytes for the shape [2,2], got 4',
  ],
])('refuses %s by name', async (name, bytes, message) => {
  const path = await written(name, bytes);
  await expect(readSafetensors(path)).rejects.toThrow(`${path}: ${message}`);
});

test('a header that claims 10 GB is refused before anything of that size is asked for', async () => {
  const bytes = Buffer.alloc(64);
  bytes.writeBigUInt64LE(10_000_000_000n);
  const path = await written('claim', bytes);
  const before = process.memoryUsage().arrayBuffers;
  await expect(SafetensorsFile.open(path)).rejects.toThrow(
    `${path}: not a safetensors file, a header of at most 100000000 bytes was expected, got one of 10000000000`,
  );
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1e6);
});

test('reads half precision and bfloat16 as the numbers they stand for', async () => {
  // Half precision: 1, -2, 65504 (greatest), 2^-24 (least above 0), 0.333251953125, infinity.
  const halves = Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0001, 0x3555, 0x7c00);
  // bfloat16: 1, -2, 3.140625, 2^-126 (least normal), infinity, 0.
  const brains = Uint16Array.of(0x3f80, 0xc000, 0x4049, 0x0080, 0x7f80, 0x0000);
  const header = `{"h":{"dtype":"F16","shape":[6],"data_offsets":[0,12]},"b":{"dtype":"BF16","shape":[2,3],"data_offsets":[12,24]}}`;
  const data = Buffer.concat([Buffer.from(halves.buffer), Buffer.from(brains.buffer)]);
  const path = await written('narrow', file(header, data));
  const { tensors } = await readSafetensors(path);
  expect([...(tensors.get('h')?.values ?? [])]).toEqual([1, -2, 65504, 2 ** -24, 0.333251953125, Infinity]);
  expect([...(tensors.get('b')?.values ?? [])]).toEqual([1, -2, 3.140625, 2 ** -126, Infinity, 0]);
});

test('a tensor larger than what is read at once is whole', async () => {
  const length = 5_000_000; // 20 MB; pieces are of 16 MiB.
  const values = Float32Array.from({ length }, (_, i) => i);
  const path = await written('large', bytesOf(new Map([['x', { shape: [length], values }]])));
  const read = (await readSafetensors(path)).tensors.get('x')?.values as Float32Array;
  expect(read.length).toBe(length);
  expect(read.every((value, i) => value === i)).toBe(true);
});

test('values of another length than their shape are not written', () => {
  const wrong = new Map([['x', { shape: [3], values: () => Float32Array.of(1) }]]);
  expect(() => bytesOf(wrong)).toThrow('x: 3 numbers for the shape [3], got 1');
});

test('bfloat16 is rounded to the nearest, ties to even', async () => {
  // 1 + 2^-8 lies between 1 and 1 + 2^-7: to the even one, 1; 1 + 3 2^-8 likewise to 1 + 2^-6; 1 + 2^-8 + 2^-20 goes up.
  const values = Float32Array.of(1 + 2 ** -8, 1 + 3 * 2 ** -8, 1 + 2 ** -8 + 2 ** -20, -2.5, Number.NaN);
  const path = await written('brain', bytesOf(new Map([['x', { shape: [5], values }]]), {}, 'BF16'));
  const read = (await readSafetensors(path)).tensors.get('x')?.values;
  expect([...(read ?? [])]).toEqual([1, 1 + 2 ** -6, 1 + 2 ** -7, -2.5, Number.NaN]);
});
