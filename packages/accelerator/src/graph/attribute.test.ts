import { expect, test } from 'vitest';
import { type Attribute, encodeAttribute } from './attribute.js';

// Field numbers of AttrValue in attr_value.proto: list 1, s 2, i 3, f 4, b 5, type 6, shape 7, tensor 8.
test.each<[Attribute, string]>([
  [{ kind: 'type', value: 'float32' }, '3001'],
  [{ kind: 'type', value: 'bool' }, '300a'],
  [{ kind: 'int', value: 3 }, '1803'],
  [{ kind: 'ints', value: [1, 2] }, '0a0418011802'],
  [{ kind: 'float', value: 1 }, '250000803f'],
  [{ kind: 'bool', value: true }, '2801'],
  [{ kind: 'string', value: 'a' }, '120161'],
  [{ kind: 'shape', value: [2] }, '3a0412020802'],
  [
    { kind: 'tensor', type: 'int32', shape: [1], bytes: Uint8Array.of(7, 0, 0, 0) },
    '420e08031204120208012204' + '07000000',
  ],
])('%j', (attribute, expected) => {
  expect(Buffer.from(encodeAttribute(attribute).finish()).toString('hex')).toBe(expected);
});

test('an unknown kind is refused', () => {
  expect(() => encodeAttribute({ kind: 'func' } as never)).toThrow('attribute: a known kind, got {"kind":"func"}');
});
