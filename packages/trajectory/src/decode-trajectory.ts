import { checkedLine } from './checked-line.js';
import type { Turn } from './trajectory.js';
import { TRAJECTORY_FORMAT_VERSION, type TrajectoryLine } from './trajectory-line.js';
import type { TrajectoryRecord } from './trajectory-record.js';

/**
 * The trajectory of one line of `trajectories.jsonl`. Fields that this version does not know are ignored.
 *
 * Throws a `RangeError` for text that is no JSON, for another version of the format, by name, for a field that is
 * missing or of another type, and for a head whose counts disagree with its turns.
 */
export function decodeTrajectory(line: string): TrajectoryRecord {
  const value = parse(line);
  const version = typeof value === 'object' && value !== null && 'v' in value ? value.v : undefined;
  if (version !== TRAJECTORY_FORMAT_VERSION) {
    throw new RangeError(
      `decodeTrajectory: the format's version v must be ${TRAJECTORY_FORMAT_VERSION}, got ${JSON.stringify(version)}`,
    );
  }
  return recordOf(checkedLine('decodeTrajectory', value));
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const start = line.length > 60 ? `${line.slice(0, 60)}...` : line;
    throw new RangeError(`decodeTrajectory: line must be JSON, got ${JSON.stringify(start)}`, { cause: error });
  }
}

function recordOf(line: TrajectoryLine): TrajectoryRecord {
  const rewards = line.turns.flatMap(({ reward }) => (reward === undefined ? [] : [reward]));
  return {
    trajectory: {
      slot: line.slot,
      taskId: line.taskId,
      promptTokenIds: line.promptTokenIds,
      turns: line.turns.map(turnOf),
      stopReason: line.stopReason,
      answer: line.answer,
    },
    family: line.family,
    group: line.group,
    step: line.step,
    ...(line.outcome === undefined ? {} : { outcome: line.outcome }),
    ...(line.reward === undefined ? {} : { rewards }),
    ...(line.tags === undefined ? {} : { tags: line.tags }),
    ...(line.prompt === undefined ? {} : { prompt: line.prompt }),
  };
}

function turnOf(turn: TrajectoryLine['turns'][number]): Turn {
  const { content, toolCalls, answer, results, observationTokenIds } = turn;
  return {
    action: {
      tokenIds: turn.actionTokenIds,
      behaviourLogprobs: turn.behaviourLogprobs,
      message: { role: 'assistant', content, toolCalls, answer },
      policyVersion: turn.policyVersion,
    },
    observation:
      results === null || observationTokenIds === null
        ? null
        : { tokenIds: observationTokenIds, message: { role: 'tool', results } },
    ...(turn.stateKey === undefined ? {} : { stateKey: turn.stateKey }),
  };
}
