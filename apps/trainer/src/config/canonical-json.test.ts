import { describe, expect, it } from 'vitest';
import { canonicalJson } from './canonical-json.js';

describe('canonicalJson', () => {
  it('does not depend on the order of the keys, at any depth', () => {
    const expected = '{"a":{"x":[{"p":1,"q":2}],"y":null},"b":"s"}';
    expect(canonicalJson({ b: 's', a: { y: null, x: [{ q: 2, p: 1 }] } })).toBe(expected);
    expect(canonicalJson({ a: { x: [{ p: 1, q: 2 }], y: null }, b: 's' })).toBe(expected);
  });

  it('keeps the order of arrays and leaves out undefined', () => {
    expect(canonicalJson({ a: [2, 1], b: undefined })).toBe('{"a":[2,1]}');
  });

  it('refuses a number that JSON cannot hold and says where it is', () => {
    expect(() => canonicalJson({ a: [0, Number.NaN] })).toThrow('value.a[1]: must be a finite number, got NaN');
  });
});
