import { expect, test } from 'vitest';
import { ProtobufWriter } from './protobuf-writer.js';

const hex = (writer: ProtobufWriter) => Buffer.from(writer.finish()).toString('hex');

// The examples of the protobuf encoding guide: field 1 varint 150, field 2 string "testing", a message in field 3.
test('varint, string and message as in the encoding guide', () => {
  expect(hex(new ProtobufWriter().varint(1, 150))).toBe('089601');
  expect(hex(new ProtobufWriter().string(2, 'testing'))).toBe('120774657374696e67');
  expect(hex(new ProtobufWriter().message(3, new ProtobufWriter().varint(1, 150)))).toBe('1a03089601');
});

test('a negative number is ten bytes of two’s complement', () => {
  expect(hex(new ProtobufWriter().varint(1, -1))).toBe('08ffffffffffffffffff01');
  expect(hex(new ProtobufWriter().varint(1, 0))).toBe('0800');
});

test('float, bool, and a field number beyond one byte', () => {
  expect(hex(new ProtobufWriter().float(4, 1))).toBe('250000803f'); // 1.0f is 0x3f800000, little-endian
  expect(hex(new ProtobufWriter().bool(5, true).bool(5, false))).toBe('28012800');
  expect(hex(new ProtobufWriter().varint(16, 1))).toBe('800101'); // 16 << 3 = 128
});
