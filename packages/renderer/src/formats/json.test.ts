import fc from 'fast-check';
import { expect, test } from 'vitest';
import { elementTexts, endOfValue, memberTexts } from './json.js';
import { spacedJson } from './json-call.js';

test('members keep their text, the last of a name counts', () => {
  const text = '{ "a" : 1.0 , "b": {"c": "}\\""}, "a": 12345678901234567890, "d":[ 1,2 ]}';
  expect([...memberTexts(text)]).toEqual([
    ['a', '12345678901234567890'],
    ['b', '{"c": "}\\""}'],
    ['d', '[ 1,2 ]'],
  ]);
});

test('a value that is cut off has no end', () => {
  for (const text of ['{"a": 1', '["', '"\\"', '{"a": "}']) expect(endOfValue(text, 0)).toBe(-1);
  // Two braces and what is behind them.
  expect(endOfValue('{} {', 0)).toBe(2);
  expect(endOfValue(' 12, 3', 0)).toBe(3);
});

test('property: the parts of a JSON text are the texts of its parts', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.jsonValue()), (object, array) => {
      const members = [...memberTexts(JSON.stringify(object, null, 1))];
      expect(Object.fromEntries(members.map(([key, text]) => [key, JSON.parse(text)]))).toEqual(
        JSON.parse(JSON.stringify(object)),
      );
      expect(elementTexts(spacedJson(array)).map((text) => JSON.parse(text))).toEqual(
        JSON.parse(JSON.stringify(array)),
      );
    }),
  );
});
