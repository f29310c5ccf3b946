import type { ParsedToolCall, StopReason, Trajectory, TrajectoryGroup } from '@turnwise/trajectory';

/** A turn written down for a test: how many tokens it acts and observes, and what it calls. */
export interface WrittenTurn {
  readonly action?: readonly number[];
  readonly logprobs?: readonly number[];
  /** `null`: nothing came back. */
  readonly observation?: readonly number[] | null;
  readonly calls?: readonly ParsedToolCall[];
}

export interface WrittenTrajectory {
  readonly prompt?: readonly number[];
  readonly turns: readonly WrittenTurn[];
  readonly answer?: string | null;
  readonly stopReason?: StopReason;
}

export const js = (code: string): ParsedToolCall => ({
  status: 'valid',
  call: { id: 'c', name: 'js', arguments: { code } },
});

export const broken: ParsedToolCall = { status: 'invalid', reason: 'unparsable', raw: '{', message: 'No JSON.' };

export function trajectoryOf({
  prompt = [1],
  turns,
  answer = 'right',
  stopReason = 'answered',
}: WrittenTrajectory): Trajectory {
  return {
    slot: { run: 'test', task: 0, sample: 0 },
    taskId: 'task',
    promptTokenIds: prompt,
    turns: turns.map(({ action = [5], logprobs = action.map(() => -0.5), observation = [9], calls = [] }) => ({
      action: {
        tokenIds: action,
        behaviourLogprobs: logprobs,
        message: { role: 'assistant', content: '', toolCalls: calls, answer: null },
        policyVersion: 0,
      },
      observation: observation && { tokenIds: observation, message: { role: 'tool', results: [] } },
    })),
    stopReason,
    answer,
  };
}

export function groupOf(...written: readonly WrittenTrajectory[]): TrajectoryGroup {
  return { task: { id: 'task', family: 'test', prompt: [], hidden: null }, trajectories: written.map(trajectoryOf) };
}
