import type {
  ParsedToolCall,
  StopReason,
  Task,
  ToolDefinition,
  ToolResult,
  Trajectory,
  TrajectoryGroup,
} from '@turnwise/trajectory';
import type { Verifier } from '../src/verifier.js';

export const DEFINITIONS: readonly ToolDefinition[] = [
  { name: 'js', description: 'Runs JavaScript.', inputSchema: {}, codeArgument: 'code' },
  { name: 'look', description: 'Looks a fact up.', inputSchema: {} },
];

/** A valid call of the tool that takes code. */
export const js = (code: string): ParsedToolCall => ({
  status: 'valid',
  call: { id: 'c', name: 'js', arguments: { code } },
});

export const broken: ParsedToolCall = {
  status: 'invalid',
  reason: 'unparsable',
  raw: '{',
  message: 'The call is no JSON.',
};

interface Written {
  /** The tool calls of each turn. */
  readonly turns: readonly (readonly ParsedToolCall[])[];
  /** What came of the calls of each turn; by default every call succeeds. */
  readonly results?: readonly (readonly ToolResult['status'][])[];
  readonly answer?: string | null;
  readonly stopReason?: StopReason;
}

export function trajectoryOf({ turns, results, answer = 'right', stopReason = 'answered' }: Written): Trajectory {
  return {
    slot: { run: 'test', task: 0, sample: 0 },
    taskId: 'task',
    promptTokenIds: [1],
    turns: turns.map((toolCalls, j) => ({
      action: {
        tokenIds: [2],
        behaviourLogprobs: [-1],
        message: { role: 'assistant', content: '', toolCalls, answer: null },
        policyVersion: 0,
      },
      observation: {
        tokenIds: [3],
        message: {
          role: 'tool',
          results: (results?.[j] ?? toolCalls.map(() => 'ok' as const)).map((status) => ({ status, text: '' })),
        },
      },
    })),
    stopReason,
    answer,
  };
}

export function groupOf(...written: readonly Written[]): TrajectoryGroup {
  const task: Task = { id: 'task', family: 'test', prompt: [], hidden: null };
  return { task, trajectories: written.map(trajectoryOf) };
}

/** Knows the verdict by the answer: `right`, `down` (the verifier fails), anything else is wrong. */
export const byAnswer: Verifier = async (_, { answer }) => {
  if (answer === 'down') return { status: 'infrastructure-failure', message: 'the judge is away' };
  return { status: answer === 'right' ? 'correct' : 'incorrect' };
};
