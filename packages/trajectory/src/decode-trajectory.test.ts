import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arbitraryRecord } from '../test/arbitrary-record.js';
import { decodeTrajectory } from './decode-trajectory.js';
import { trajectoryLine } from './encode-trajectory.js';

const line = trajectoryLine({
  trajectory: {
    slot: { run: 'r', task: 0, sample: 0 },
    taskId: 't',
    promptTokenIds: [1],
    turns: [
      {
        action: {
          tokenIds: [2, 3],
          behaviourLogprobs: [-1, -2],
          message: { role: 'assistant', content: 'ab', toolCalls: [], answer: null },
          policyVersion: 0,
        },
        observation: null,
      },
    ],
    stopReason: 'token-limit',
    answer: null,
  },
  family: 'f',
  group: 0,
  step: 0,
});

function changed(change: Record<string, unknown>): string {
  return JSON.stringify({ ...line, ...change });
}

test.each([
  ['2', changed({ v: 2 })],
  ['"1"', changed({ v: '1' })],
  ['undefined', '{"slot":{}}'],
  ['undefined', '[]'],
  ['undefined', 'null'],
])('refuses another version by name: %s', (version, text) => {
  expect(() => decodeTrajectory(text)).toThrow(
    new RangeError(`decodeTrajectory: the format's version v must be 1, got ${version}`),
  );
});

test('refuses a torn line', () => {
  const torn = JSON.stringify(line).slice(0, 40);
  expect(() => decodeTrajectory(torn)).toThrow(
    new RangeError(`decodeTrajectory: line must be JSON, got ${JSON.stringify(torn)}`),
  );
});

const [turn] = line.turns;

test.each([
  [{ turnCount: 2 }, 'turnCount must be 1, got 2'],
  [{ promptTokenIds: [1, 1] }, 'tokenCounts.prompt must be 2, got 1'],
  [{ tokenCounts: { prompt: 1, action: 3, observation: 0 } }, 'tokenCounts.action must be 2, got 3'],
  [{ tokenCounts: { prompt: 1, action: 2, observation: 1 } }, 'tokenCounts.observation must be 0, got 1'],
  [{ policyVersions: [0, 1] }, 'policyVersions must be 0, got 0 1'],
  [{ turns: [{ ...turn, behaviourLogprobs: [-1] }] }, 'the length of turns[0].behaviourLogprobs must be 2, got 1'],
  [{ turns: [{ ...turn, results: [] }] }, 'observationTokenIds beside results in turns[0] must be true, got false'],
  [{ reward: { total: 0, parts: {} } }, 'reward in turns[0] must be true, got false'],
  [{ taskId: undefined }, 'taskId: '],
  [{ stopReason: 'tired' }, 'stopReason: '],
  [{ slot: { run: 'r', task: -1, sample: 0 } }, 'slot.task: '],
  [{ turns: [{ ...turn, actionTokenIds: [2, 3.5] }] }, 'turns[0].actionTokenIds[1]: '],
  [{ turns: [{ ...turn, toolCalls: [{ status: 'maybe' }] }] }, 'turns[0].toolCalls[0].status: '],
])('refuses a line that is not whole: %j', (change, message) => {
  expect(() => decodeTrajectory(changed(change))).toThrow(RangeError);
  expect(() => decodeTrajectory(changed(change))).toThrow(`decodeTrajectory: ${message}`);
});

test('says what it got', () => {
  expect(() => decodeTrajectory(changed({ family: 7 }))).toThrow(/^decodeTrajectory: family: .*, got 7$/);
});

test('ignores fields that it does not know', () => {
  expect(decodeTrajectory(changed({ future: 1 }))).toEqual(decodeTrajectory(JSON.stringify(line)));
});

test('property: no order of the keys is needed to read', () => {
  fc.assert(
    fc.property(arbitraryRecord, (record) => {
      const reversed = Object.fromEntries(Object.entries(trajectoryLine(record)).reverse());
      expect(decodeTrajectory(JSON.stringify(reversed))).toEqual(record);
    }),
  );
});
