import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maxFrameBytes, parseWorkerReply } from './protocol.js';
import { resolveSandboxLimits } from './sandbox-limits.js';

const limits = { outputBytes: 100, valueBytes: 200 };
const read = (value: unknown) => parseWorkerReply(value, limits);
const outcome = { error: null, output: '', text: '1' };
const reply = { op: 'result', id: 1, outcome, cpuMs: 2, rssMb: 3 };

test('reads a reply, and drops what does not belong to it', () => {
  expect(read({ ...reply, extra: 1 })).toEqual(reply);
  expect(read({ op: 'ready', cpuMs: 5 })).toEqual({ op: 'ready', cpuMs: 5 });
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
  ['an output longer than its limit and a mark', { ...reply, outcome: { ...outcome, output: 'x'.repeat(165) } }],
  ['a text longer than its limit and a mark', { ...reply, outcome: { ...outcome, text: 'x'.repeat(265) } }],
  ['a text that is longer in bytes', { ...reply, outcome: { ...outcome, text: '€'.repeat(89) } }],
  ['a text that is longer once it is visible', { ...reply, outcome: { ...outcome, text: '\u001b'.repeat(45) } }],
  ['ready without its time', { op: 'ready' }],
])('refuses %s', (_, value) => {
  expect(read(value)).toBeNull();
});

test('never throws', () => {
  fc.assert(fc.property(fc.anything(), (value) => void read(value)));
});

test('texts are bounded at their limit, with room for the mark, and made visible', () => {
  const full = { error: 'runtime', output: 'x'.repeat(164), text: '€'.repeat(88) };
  expect(read({ ...reply, outcome: full })).toEqual({ ...reply, outcome: full });
  const forged = { error: null, output: '\u001b[2J', text: '\u202eabc\ud800' };
  expect(read({ ...reply, outcome: forged })).toEqual({
    ...reply,
    outcome: { error: null, output: '\\u001b[2J', text: '\\u202eabc\\ud800' },
  });
});

test('a frame has room for the calls of host tools only where there are some', () => {
  const defaults = resolveSandboxLimits();
  expect(maxFrameBytes(defaults, false).reply).toBe(6 * (8192 + 4096 + 128) + 4096);
  expect(maxFrameBytes(defaults, true).reply).toBe(6 * 16 * (65_536 + 128) + 4096);
});
