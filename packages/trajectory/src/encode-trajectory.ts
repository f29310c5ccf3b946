import { checkedLine, policyVersionsOf, tokenCount } from './checked-line.js';
import type { Turn } from './trajectory.js';
import { TRAJECTORY_FORMAT_VERSION, type TrajectoryLine } from './trajectory-line.js';
import type { TrajectoryRecord, TurnRewardRecord } from './trajectory-record.js';

/**
 * The line of `trajectories.jsonl` that holds a trajectory, without the newline.
 *
 * Its keys have a fixed order: a summary first (version, slot, task, family, group, step, policy versions, stop reason,
 * outcome, reward, counts), then the turns, in each of them ids and log-probabilities last. Every number is written
 * with the digits that give back the same float64, and so the same float32; only `-0` becomes `0`.
 *
 * Throws a `RangeError` for a number that is not finite, for lengths that disagree (ids and log-probabilities, turns
 * and rewards), and for turns whose rewards have other parts.
 */
export function encodeTrajectory(record: TrajectoryRecord): string {
  return JSON.stringify(trajectoryLine(record));
}

/** What {@link encodeTrajectory} writes, as a value whose keys are in the order of the line. */
export function trajectoryLine(record: TrajectoryRecord): TrajectoryLine {
  const { trajectory, rewards } = record;
  const { slot, turns, promptTokenIds } = trajectory;
  if (rewards !== undefined && rewards.length !== turns.length) {
    throw new RangeError(`encodeTrajectory: rewards must be one per turn, got ${rewards.length} and ${turns.length}`);
  }
  return checkedLine('encodeTrajectory', {
    v: TRAJECTORY_FORMAT_VERSION,
    slot: { run: slot.run, task: slot.task, sample: slot.sample },
    taskId: trajectory.taskId,
    family: record.family,
    group: record.group,
    step: record.step,
    policyVersions: policyVersionsOf(turns.map(({ action }) => action)),
    stopReason: trajectory.stopReason,
    ...(record.outcome === undefined ? {} : { outcome: record.outcome }),
    ...(rewards === undefined ? {} : { reward: sumOf(rewards) }),
    turnCount: turns.length,
    tokenCounts: {
      prompt: promptTokenIds.length,
      action: tokenCount(turns, ({ action }) => action.tokenIds),
      observation: tokenCount(turns, ({ observation }) => observation?.tokenIds ?? null),
    },
    ...(record.tags === undefined ? {} : { tags: record.tags }),
    answer: trajectory.answer,
    ...(record.prompt === undefined ? {} : { prompt: record.prompt.map(({ role, content }) => ({ role, content })) }),
    promptTokenIds,
    turns: turns.map((turn, index) => turnOf(turn, rewards?.[index])),
  });
}

function turnOf({ action, observation, stateKey }: Turn, reward: TurnRewardRecord | undefined): unknown {
  return {
    ...(stateKey === undefined ? {} : { stateKey }),
    policyVersion: action.policyVersion,
    ...(reward === undefined ? {} : { reward: { total: reward.total, parts: reward.parts } }),
    content: action.message.content,
    answer: action.message.answer,
    toolCalls: action.message.toolCalls,
    results: observation?.message.results ?? null,
    actionTokenIds: action.tokenIds,
    behaviourLogprobs: action.behaviourLogprobs,
    observationTokenIds: observation?.tokenIds ?? null,
  };
}

/** The sum over the turns, part by part, in the order of the turns. */
function sumOf(rewards: readonly TurnRewardRecord[]): TurnRewardRecord {
  const names = Object.keys(rewards[0]?.parts ?? {});
  const sum = (value: (reward: TurnRewardRecord) => number) => rewards.reduce((total, turn) => total + value(turn), 0);
  return {
    total: sum(({ total }) => total),
    parts: Object.fromEntries(names.map((name) => [name, sum(({ parts }) => parts[name] ?? Number.NaN)])),
  };
}
