import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arbitraryRecord } from '../test/arbitrary-record.js';
import { decodeTrajectory } from './decode-trajectory.js';
import { encodeTrajectory } from './encode-trajectory.js';
import type { TrajectoryRecord } from './trajectory-record.js';

const record: TrajectoryRecord = {
  trajectory: {
    slot: { run: 'r', task: 4, sample: 1 },
    taskId: 'math-4',
    promptTokenIds: [1, 50, 2],
    turns: [
      {
        action: {
          tokenIds: [3, 20, 4],
          behaviourLogprobs: [Math.fround(-0.1), -1.5, 0],
          message: {
            role: 'assistant',
            content: '<call>*</call>',
            toolCalls: [{ status: 'valid', call: { id: 'call_0', name: 'run', arguments: { code: '6*7' } } }],
            answer: null,
          },
          policyVersion: 9,
        },
        observation: { tokenIds: [5, 60, 6], message: { role: 'tool', results: [{ status: 'ok', text: '42' }] } },
        stateKey: 'k0',
      },
      {
        action: {
          tokenIds: [7, 8],
          behaviourLogprobs: [-0.25, -0.5],
          message: { role: 'assistant', content: '<answer></answer>', toolCalls: [], answer: '42' },
          policyVersion: 10,
        },
        observation: null,
        stateKey: 'k1',
      },
    ],
    stopReason: 'answered',
    answer: '42',
  },
  family: 'math',
  group: 2,
  step: 10,
  outcome: true,
  rewards: [
    { total: -0.5, parts: { accuracy: 0, format: -0.5 } },
    { total: 1, parts: { accuracy: 1, format: 0 } },
  ],
  tags: ['unseen-composition'],
  prompt: [{ role: 'user', content: 'Q' }],
};

test('a line, whole: head first, ids and log-probabilities last in each turn', () => {
  // -0.1 rounded to float32 is -13421773 / 2^27 = -0.100000001490116...
  expect(encodeTrajectory(record)).toBe(
    '{"v":1,"slot":{"run":"r","task":4,"sample":1},"taskId":"math-4","family":"math","group":2,"step":10,' +
      '"policyVersions":[9,10],"stopReason":"answered","outcome":true,' +
      '"reward":{"total":0.5,"parts":{"accuracy":1,"format":-0.5}},"turnCount":2,' +
      '"tokenCounts":{"prompt":3,"action":5,"observation":3},"tags":["unseen-composition"],"answer":"42",' +
      '"prompt":[{"role":"user","content":"Q"}],"promptTokenIds":[1,50,2],"turns":[' +
      '{"stateKey":"k0","policyVersion":9,"reward":{"total":-0.5,"parts":{"accuracy":0,"format":-0.5}},' +
      '"content":"<call>*</call>","answer":null,"toolCalls":[{"status":"valid","call":{"id":"call_0","name":"run",' +
      '"arguments":{"code":"6*7"}}}],"results":[{"status":"ok","text":"42"}],"actionTokenIds":[3,20,4],' +
      '"behaviourLogprobs":[-0.10000000149011612,-1.5,0],"observationTokenIds":[5,60,6]},' +
      '{"stateKey":"k1","policyVersion":10,"reward":{"total":1,"parts":{"accuracy":1,"format":0}},' +
      '"content":"<answer></answer>","answer":"42","toolCalls":[],"results":null,"actionTokenIds":[7,8],' +
      '"behaviourLogprobs":[-0.25,-0.5],"observationTokenIds":null}]}',
  );
});

test('what is unknown is absent', () => {
  const { outcome, rewards, tags, prompt, ...rest } = record;
  const line = encodeTrajectory(rest);
  const keys = Object.keys(JSON.parse(line) as object);
  for (const key of ['outcome', 'reward', 'tags', 'prompt']) expect(keys).not.toContain(key);
  expect(decodeTrajectory(line)).toEqual(rest);
});

test('property: what was encoded is decoded, and is one line', () => {
  fc.assert(
    fc.property(arbitraryRecord, (any) => {
      const line = encodeTrajectory(any);
      expect(line).not.toMatch(/[\n\r]/);
      expect(decodeTrajectory(line)).toEqual(any);
      expect(encodeTrajectory(decodeTrajectory(line))).toBe(line);
    }),
  );
});

test('property: float32 values are exact', () => {
  fc.assert(
    fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (logprob) => {
      const decoded = decodeTrajectory(encodeTrajectory(withLogprobs([logprob, -1, -1])));
      expect(decoded.trajectory.turns[0]?.action.behaviourLogprobs[0]).toBe(logprob + 0);
    }),
  );
});

function withLogprobs(behaviourLogprobs: readonly number[]): TrajectoryRecord {
  const [first, ...others] = record.trajectory.turns;
  if (first === undefined) throw new Error('no turn');
  const turns = [{ ...first, action: { ...first.action, behaviourLogprobs } }, ...others];
  return { ...record, trajectory: { ...record.trajectory, turns } };
}

const fine = { total: 0, parts: { accuracy: 0 } };

test.each<[string, TrajectoryRecord, string]>([
  ['NaN', withLogprobs([Number.NaN, 0, 0]), 'turns[0].behaviourLogprobs[0]: '],
  ['an infinity', withLogprobs([0, 0, Number.NEGATIVE_INFINITY]), 'turns[0].behaviourLogprobs[2]: '],
  ['too few log-probs', withLogprobs([0]), 'the length of turns[0].behaviourLogprobs must be 3, got 1'],
  ['too few rewards', { ...record, rewards: [fine] }, 'rewards must be one per turn, got 1 and 2'],
  [
    'a reward that is not finite',
    { ...record, rewards: [fine, { total: Number.NaN, parts: { accuracy: 0 } }] },
    'reward.total: ',
  ],
  [
    'a part that only a later turn has',
    { ...record, rewards: [fine, { total: 0, parts: { accuracy: 0, style: 1 } }] },
    'the parts of turns[1].reward must be accuracy, got accuracy style',
  ],
  [
    'a part that only the first turn has',
    { ...record, rewards: [fine, { total: 0, parts: {} }] },
    'reward.parts.accuracy: ',
  ],
  ['a fraction for a step', { ...record, step: 1.5 }, 'step: '],
])('refuses %s', (_name, bad, message) => {
  expect(() => encodeTrajectory(bad)).toThrow(RangeError);
  expect(() => encodeTrajectory(bad)).toThrow(`encodeTrajectory: ${message}`);
});
