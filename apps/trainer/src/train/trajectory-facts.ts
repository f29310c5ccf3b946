import type { Trajectory, Turn } from '@turnwise/trajectory';

/** What a report counts in one trajectory. */
export interface TrajectoryFacts {
  readonly turns: number;
  readonly calls: number;
  readonly validCalls: number;
  /** Calls that were invalid or whose result is not `ok`. */
  readonly failedCalls: number;
  /** Calls that ran into the wall clock: such a run is not repeatable to the byte. */
  readonly timeouts: number;
  readonly actionTokens: number;
  readonly tokens: number;
  /** An answer was given after fewer `ok` results than the task needs. */
  readonly premature: boolean;
}

/** Counts calls, failures and tokens of a trajectory. `requiredCalls` is the task's, 0 when it names none. */
export function trajectoryFacts(trajectory: Trajectory, requiredCalls: number): TrajectoryFacts {
  const { turns, promptTokenIds, stopReason } = trajectory;
  const results = turns.flatMap(({ observation }) => observation?.message.results ?? []);
  const actionTokens = sum(turns, ({ action }) => action.tokenIds.length);
  return {
    turns: turns.length,
    calls: sum(turns, ({ action }) => action.message.toolCalls.length),
    validCalls: sum(turns, validCalls),
    failedCalls: sum(turns, failedCalls),
    timeouts: results.filter(({ status }) => status === 'timeout').length,
    actionTokens,
    tokens: promptTokenIds.length + actionTokens + sum(turns, ({ observation }) => observation?.tokenIds.length ?? 0),
    premature: stopReason === 'answered' && results.filter(({ status }) => status === 'ok').length < requiredCalls,
  };
}

const validCalls = ({ action }: Turn) => action.message.toolCalls.filter(({ status }) => status === 'valid').length;

/** An invalid call's observation is an error too; the last turn has no observation. */
const failedCalls = (turn: Turn) =>
  turn.observation === null
    ? turn.action.message.toolCalls.length - validCalls(turn)
    : turn.observation.message.results.filter(({ status }) => status !== 'ok').length;

const sum = <T>(items: readonly T[], value: (item: T) => number) =>
  items.reduce((total, item) => total + value(item), 0);
