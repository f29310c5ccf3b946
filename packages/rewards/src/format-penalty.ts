import type { Trajectory, Turn } from '@turnwise/trajectory';

/** Options of `formatPenalty`. */
export interface FormatPenaltyOptions {
  /** Size of the penalty, at least 0. */
  readonly penalty?: number;
  /** Counts calls that ran and failed (thrown error, timeout, memory, output limit) as violations too. */
  readonly executionErrors?: boolean;
}

/**
 * Format reward of each turn. GTPO, arXiv 2511.14846, Eq. 5, second term:
 *
 *     r[i,j] = -penalty   if turn j contains an invalid tool call,
 *                         or if j = 1 and the first turn contains no tool call,
 *     r[i,j] = 0          otherwise
 *
 * One penalty per turn, never one per violation. Invalid is a call that cannot be parsed, names an unknown tool or does
 * not fit the tool's schema. Whether execution errors count is not settled by the paper: `executionErrors`.
 *
 * @returns `[turns]`; empty for a trajectory without turns.
 * @throws RangeError for a penalty that is negative or not finite.
 */
export function formatPenalty(
  trajectory: Trajectory,
  { penalty = 0.1, executionErrors = false }: FormatPenaltyOptions = {},
): Float64Array {
  if (!(penalty >= 0 && Number.isFinite(penalty))) {
    throw new RangeError(`penalty: must be finite and at least 0, got ${penalty}`);
  }
  return Float64Array.from(trajectory.turns, (turn, j) => (violates(turn, j, executionErrors) ? -penalty : 0));
}

function violates(turn: Turn, j: number, executionErrors: boolean): boolean {
  const { toolCalls } = turn.action.message;
  if (j === 0 && toolCalls.length === 0) return true;
  if (toolCalls.some(({ status }) => status === 'invalid')) return true;
  return executionErrors && (turn.observation?.message.results ?? []).some(({ status }) => status !== 'ok');
}
