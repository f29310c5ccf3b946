import type { ParsedToolCall, ToolResult, Trajectory, Turn } from '@turnwise/trajectory';
import type { TrainerTask } from '../src/tasks/task-schema.js';

/**
 * A turn, written down for a test: an invalid call; a valid one and the status of its result; a valid one that was not
 * run, because the trajectory stopped; an answer; text alone. Each action has two tokens, each observation three.
 */
export type WrittenTurn = 'invalid' | ToolResult['status'] | 'not-run' | 'answer' | 'text';

export function trajectoryOf(
  sample: number,
  turns: readonly WrittenTurn[],
  given: Partial<Trajectory> = {},
): Trajectory {
  const answered = turns.at(-1) === 'answer';
  return {
    slot: { run: 'r', task: 0, sample },
    taskId: 't',
    promptTokenIds: [1, 1, 1, 1],
    turns: turns.map(turnOf),
    stopReason: answered ? 'answered' : 'turn-limit',
    answer: answered ? 'a' : null,
    ...given,
  };
}

export function taskOf(family: string, requiredCalls?: number, tags?: readonly string[]): TrainerTask {
  return {
    id: `${family}-task`,
    family,
    prompt: [{ role: 'user', content: '1+1?' }],
    hidden: {
      tools: [{ name: 'js', maxCharacters: 9 }],
      verifier: { kind: 'text', expected: 'a' },
      ...(requiredCalls === undefined ? {} : { requiredCalls }),
    },
    ...(tags === undefined ? {} : { tags }),
  };
}

function turnOf(written: WrittenTurn): Turn {
  const observation = (status: ToolResult['status']) => ({
    tokenIds: [3, 3, 3],
    message: { role: 'tool', results: [{ status, text: '' }] } as const,
  });
  switch (written) {
    case 'invalid':
      return {
        action: actionOf([{ status: 'invalid', reason: 'unparsable', raw: '', message: '' }]),
        observation: observation('error'),
      };
    case 'not-run':
      return { action: actionOf([valid]), observation: null };
    case 'answer':
      return { action: actionOf([], 'a'), observation: null };
    case 'text':
      return { action: actionOf([]), observation: null };
    default:
      return { action: actionOf([valid]), observation: observation(written) };
  }
}

const valid: ParsedToolCall = { status: 'valid', call: { id: 'c', name: 'js', arguments: { code: '1' } } };

function actionOf(toolCalls: readonly ParsedToolCall[], answer: string | null = null): Turn['action'] {
  return {
    tokenIds: [2, 2],
    behaviourLogprobs: [-1, -1],
    message: { role: 'assistant', content: '', toolCalls, answer },
    policyVersion: 0,
  };
}
