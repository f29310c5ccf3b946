import { describe, expect, it } from 'vitest';
import { groupOf, trajectoryOf } from '../test/written-group.js';
import { jsonSchemaMatch } from './json-schema-match.js';

const { task } = groupOf();
const SCHEMA = {
  type: 'object',
  properties: { name: { type: 'string' }, age: { type: 'integer', minimum: 0 } },
  required: ['name', 'age'],
  additionalProperties: false,
};
const judge = async (answer: string | null, accepts?: (value: unknown) => boolean) =>
  (
    await jsonSchemaMatch({ schema: () => SCHEMA, ...(accepts && { accepts }) })(
      task,
      trajectoryOf({ turns: [[]], answer }),
    )
  ).status;

describe('jsonSchemaMatch', () => {
  it.each([
    ['{"name":"Mia","age":7}', 'correct'],
    ['```json\n{"name":"Mia","age":7}\n```', 'correct'],
    ['{"name":"Mia","age":-7}', 'incorrect'],
    ['{"name":"Mia"}', 'incorrect'],
    ['{"name":"Mia","age":7,"pet":1}', 'incorrect'],
    ['Mia, 7', 'incorrect'],
    ['null', 'incorrect'],
    [null, 'incorrect'],
  ])('%o is %s', async (answer, status) => {
    expect(await judge(answer)).toBe(status);
  });

  it('asks further of what fits', async () => {
    const adult = (value: unknown) => (value as { age: number }).age >= 18;
    expect(await judge('{"name":"Mia","age":7}', adult)).toBe('incorrect');
    expect(await judge('{"name":"Mia","age":70}', adult)).toBe('correct');
  });
});
