import { expect, it } from 'vitest';
import { eventsOf } from './train-update.js';

const none = { ok: 3, error: 1, timeout: 0, 'out-of-memory': 0, 'output-limit': 0, 'infrastructure-failure': 0 };
const quiet = { toolResults: none, retries: 0 };
const kinds = (...given: Parameters<typeof eventsOf>) => eventsOf(...given).map(({ kind }) => kind);

it('is silent about an update that went as it should', () => {
  expect(kinds(quiet, 0, [], { skippedSteps: 0, halvedBatches: 0 })).toEqual([]);
});

it('tells of every event that ends the promise of determinism, and of what could not be scored', () => {
  const exclusions = [{ trajectory: 0, reason: 'verifier-failure' as const, message: 'the judge is away' }];
  const empty = new Float64Array();
  const rewards = [{ parts: {}, total: empty, outcomes: empty, included: new Uint8Array(), exclusions, metrics: {} }];
  const statistics = { toolResults: { ...none, timeout: 2 }, retries: 1 };
  expect(kinds(statistics, 1, rewards, { skippedSteps: 1, halvedBatches: 2 })).toEqual([
    'tool-timeout',
    'verifier-timeout',
    'excluded',
    'tool-retry',
    'skipped-step',
    'out-of-memory',
  ]);
  expect(eventsOf(statistics, 0, rewards, null).map(({ message }) => message)).toContain(
    '1 trajectories could not be scored and are left out: the judge is away',
  );
  expect(eventsOf(quiet, 0, [], { skippedSteps: 0, halvedBatches: 2 })).toEqual([
    {
      kind: 'out-of-memory',
      message: 'memory ran out, so the micro-batch was halved 2 times: the run may not repeat to the byte',
      level: 'warning',
    },
  ]);
  const nonFinite = [3, 3].map((step) => ({ step, what: 'gradient', tensor: 'model.norm.weight' }) as const);
  expect(eventsOf(quiet, 0, [], { skippedSteps: 2, nonFinite })[0]?.message).toBe(
    '2 optimizer steps skipped, not finite: gradient of model.norm.weight at step 3',
  );
  expect(kinds(quiet, 0, [], null)).toEqual(['empty-update']);
});
