import { expect, test, vi } from 'vitest';
import { resolveSandboxLimits } from '../sandbox-limits.js';
import type { Child } from './child.js';
import type { Place, Pool } from './pool.js';
import { Supervision, type Work } from './supervision.js';
import { Ticket } from './ticket.js';
import { Lane } from './turns.js';

test('work that is given up as its place comes prepares nothing, and gives the place back', async () => {
  const ticket = new Ticket(undefined);
  const lane = new Lane();
  const place: Place = { child: {} as Child, lane, heavy: false };
  const done = vi.fn();
  const pool = {
    turn: async () => {
      ticket.cancel();
      return place;
    },
    done,
  } as unknown as Pool;
  const prepare = vi.fn<Work['prepare']>();
  const send = vi.fn<Work['send']>();
  const work: Work = {
    ticket,
    lane,
    home: () => null,
    prepare,
    replays: () => false,
    send,
    tools: null,
    discard: () => {},
  };
  const { result } = await new Supervision(work, pool, resolveSandboxLimits()).run();
  expect(result).toMatchObject({ kind: 'aborted' });
  expect(prepare).not.toHaveBeenCalled();
  expect(done).toHaveBeenCalledTimes(1);
});

test.each([
  ['timeout', false, 1],
  // Twice, because a replay may be late for another reason than its own.
  ['session-lost', true, 2],
] as const)(
  'what makes the work ready and is late: %s if earlier steps are played: %s',
  async (kind, replays, times) => {
    const lane = new Lane();
    const place: Place = { child: {} as Child, lane, heavy: false };
    const pool = { turn: async () => place, done: () => {} } as unknown as Pool;
    const prepare = vi.fn(async () => ({ type: 'lost', cause: 'deadline', running: true, ranMs: 1 }) as const);
    const work: Work = {
      ticket: new Ticket(undefined),
      lane,
      home: () => null,
      prepare,
      replays: () => replays,
      send: vi.fn<Work['send']>(),
      tools: null,
      discard: () => {},
    };
    const { result } = await new Supervision(work, pool, resolveSandboxLimits()).run();
    expect(result).toMatchObject({ kind });
    expect(prepare).toHaveBeenCalledTimes(times);
  },
);
