import { expect, test } from 'vitest';
import { schemaViolation } from './schema-violation.js';

const schema = {
  type: 'object',
  properties: {
    code: { type: 'string', minLength: 1, maxLength: 5, pattern: '^a' },
    count: { type: 'integer', minimum: 3, maximum: 9 },
    unit: { enum: ['km', 'mi'] },
    list: { type: 'array', items: { type: ['number', 'null'] }, minItems: 1, maxItems: 2 },
    either: { anyOf: [{ type: 'string' }, { type: 'number', minimum: 4 }] },
    'a/b~c%#': { type: 'boolean' },
  },
  required: ['code'],
  additionalProperties: false,
};

test.each([
  [{ code: 'abc' }, null],
  [{ code: 'aaaaaa' }, { path: 'code', message: 'too long: 6 > 5' }],
  [{ code: '' }, { path: 'code', message: 'too short: 0 < 1' }],
  [{ code: 'b' }, { path: 'code', message: 'bad format' }],
  [{ code: 1 }, { path: 'code', message: 'expected string' }],
  [{}, { path: '', message: 'missing code' }],
  [
    { code: 'a', count: 2 },
    { path: 'count', message: 'too small: 2 < 3' },
  ],
  [
    { code: 'a', count: 10 },
    { path: 'count', message: 'too large: 10 > 9' },
  ],
  [
    { code: 'a', count: 3.5 },
    { path: 'count', message: 'expected integer' },
  ],
  [
    { code: 'a', unit: 'm' },
    { path: 'unit', message: 'not allowed' },
  ],
  [
    { code: 'a', list: [] },
    { path: 'list', message: 'too few: 0 < 1' },
  ],
  [
    { code: 'a', list: [1, 2, 3] },
    { path: 'list', message: 'too many: 3 > 2' },
  ],
  [
    { code: 'a', list: [null, 'x'] },
    { path: 'list/1', message: 'expected number or null' },
  ],
  [
    { code: 'a', either: 1 },
    { path: 'either', message: 'invalid: anyOf' },
  ],
  [
    { code: 'a', 'a/b~c%#': 1 },
    { path: 'a/b~c%#', message: 'expected boolean' },
  ],
  [
    { code: 'a', other: 1 },
    { path: 'other', message: 'unknown argument' },
  ],
  ['text', { path: '', message: 'expected object' }],
])('%j', (value, violation) => {
  expect(schemaViolation(schema, value)).toEqual(violation);
});

test('length counts code points', () => {
  expect(schemaViolation({ type: 'string', maxLength: 2 }, '😀😀')).toBeNull();
  expect(schemaViolation({ type: 'string', maxLength: 1 }, '😀😀')).toEqual({ path: '', message: 'too long: 2 > 1' });
});

test('a name with half a surrogate pair is a violation, not an exception', () => {
  expect(schemaViolation(schema, { code: 'a', '\ud800': 1 })).toEqual({ path: '', message: 'invalid' });
});

test('leaves a frozen schema alone', () => {
  const frozen = Object.freeze({ type: 'object', properties: Object.freeze({ a: Object.freeze({ type: 'string' }) }) });
  expect(schemaViolation(frozen, { a: 1 })).toEqual({ path: 'a', message: 'expected string' });
  expect(Object.keys(frozen)).toEqual(['type', 'properties']);
});
