import { expect, test } from 'vitest';
import { trajectoryJsonSchema } from './trajectory-line.js';

test('the JSON Schema names the version and what a line must hold', () => {
  const schema = trajectoryJsonSchema();
  expect(schema['$schema']).toBe('https://json-schema.org/draft/2020-12/schema');
  expect(schema['properties']).toMatchObject({ v: { const: 1 }, turns: { type: 'array' } });
  expect(schema['required']).toEqual([
    'v',
    'slot',
    'taskId',
    'family',
    'group',
    'step',
    'policyVersions',
    'stopReason',
    'turnCount',
    'tokenCounts',
    'answer',
    'promptTokenIds',
    'turns',
  ]);
});
