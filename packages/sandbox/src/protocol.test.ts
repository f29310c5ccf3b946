import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseWorkerReply } from './protocol.js';

const outcome = { error: null, output: '', text: '1' };
const reply = { op: 'result', id: 1, outcome, cpuMs: 2, rssMb: 3 };

test('reads a reply, and drops what does not belong to it', () => {
  expect(parseWorkerReply({ ...reply, extra: 1 })).toEqual(reply);
  expect(parseWorkerReply({ op: 'ready', cpuMs: 5 })).toEqual({ op: 'ready', cpuMs: 5 });
});

test.each([
  ['no object', 'result'],
  ['null', null],
  ['another op', { ...reply, op: 'open' }],
  ['an id that is no number', { ...reply, id: '1' }],
  ['a negative time', { ...reply, cpuMs: -1 }],
  ['no memory', { ...reply, rssMb: undefined }],
  ['a list as outcome', { ...reply, outcome: [] }],
  ['an unknown kind of error', { ...reply, outcome: { ...outcome, error: 'aborted' } }],
  ['a text that is no string', { ...reply, outcome: { ...outcome, text: { toString: 'x' } } }],
  ['ready without its time', { op: 'ready' }],
])('refuses %s', (_, value) => {
  expect(parseWorkerReply(value)).toBeNull();
});

test('never throws', () => {
  fc.assert(fc.property(fc.anything(), (value) => void parseWorkerReply(value)));
});
