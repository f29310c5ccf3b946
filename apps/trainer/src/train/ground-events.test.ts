import { expect, it } from 'vitest';
import { groundEvents } from './ground-events.js';

const ground = {
  backend: { name: 'native', tensorflow: '2.18.1', passedOver: [] },
  threads: { intraOp: 1, interOp: undefined },
  shards: { sampler: 2, learner: 4 },
  versions: { node: 'v24.1.0' },
  hardware: { cpu: 'a', cores: 2 },
  policy: { parameters: 1 },
};

it('is silent on the same ground, also after it went through JSON, and on a run that never began', () => {
  const recorded = JSON.parse(JSON.stringify({ ...ground, evaluation: { before: 1 } })) as Record<string, unknown>;
  expect(groundEvents(recorded, ground)).toEqual([]);
  expect(groundEvents({}, ground)).toEqual([]);
});

it('names what differs, but not why a better backend was passed over', () => {
  const found = {
    ...ground,
    backend: { name: 'wasm', tensorflow: null, passedOver: [{ backend: 'native', reason: 'gone' }] },
    hardware: { cpu: 'a', cores: 4 },
  };
  expect(groundEvents(ground, found).map(({ message }) => message.split(': ').slice(1).join(': '))).toEqual([
    'backend.name: the run has "native", given "wasm"',
    'backend.tensorflow: the run has "2.18.1", given null',
    'hardware.cores: the run has 2, given 4',
  ]);
});
