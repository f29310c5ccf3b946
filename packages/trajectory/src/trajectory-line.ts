import { z } from 'zod';

/** The version of the format that this package writes and reads. */
export const TRAJECTORY_FORMAT_VERSION = 1;

const count = z.int().nonnegative();
const tokenIds = z.array(count);
/** JSON has no NaN and no infinity, and neither has a number of a line. */
const finite = z.number();

const toolCall = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('valid'),
    call: z.object({
      id: z.string(),
      name: z.string(),
      arguments: z.record(z.string(), z.json()),
      rawArguments: z.exactOptional(z.string()),
    }),
  }),
  z.object({
    status: z.literal('invalid'),
    reason: z.enum(['unparsable', 'unknown-tool', 'invalid-arguments']),
    raw: z.string(),
    message: z.string(),
  }),
]);

const toolResult = z.object({
  status: z.enum(['ok', 'error', 'timeout', 'out-of-memory', 'output-limit', 'infrastructure-failure']),
  text: z.string(),
});

const reward = z.object({ total: finite, parts: z.record(z.string(), finite) });

const turn = z.object({
  stateKey: z.exactOptional(z.string()),
  policyVersion: z.int(),
  reward: z.exactOptional(reward),
  content: z.string(),
  answer: z.nullable(z.string()),
  toolCalls: z.array(toolCall),
  /** `null` when no observation follows. */
  results: z.nullable(z.array(toolResult)),
  actionTokenIds: tokenIds,
  behaviourLogprobs: z.array(finite),
  observationTokenIds: z.nullable(tokenIds),
});

/**
 * One line of `trajectories.jsonl`: the keys in the order in which they are written, a summary first.
 *
 * The one source of the type {@link TrajectoryLine}, of what the reader checks, and of the JSON Schema.
 */
export const trajectoryLineSchema = z.object({
  v: z.literal(TRAJECTORY_FORMAT_VERSION),
  slot: z.object({ run: z.string(), task: count, sample: count }),
  taskId: z.string(),
  family: z.string(),
  /** Index of the group in its update. */
  group: count,
  /** Index of the update. */
  step: count,
  /** Versions of the weights that acted, ascending. */
  policyVersions: z.array(z.int()),
  stopReason: z.enum([
    'answered',
    'turn-limit',
    'token-limit',
    'context-full',
    'tool-budget',
    'aborted',
    'infrastructure-failure',
  ]),
  /** Whether the final answer is correct; absent when unknown. */
  outcome: z.exactOptional(z.boolean()),
  /** Sums over the turns; absent when the trajectory was not scored. */
  reward: z.exactOptional(reward),
  turnCount: count,
  tokenCounts: z.object({ prompt: count, action: count, observation: count }),
  tags: z.exactOptional(z.array(z.string())),
  answer: z.nullable(z.string()),
  prompt: z.exactOptional(z.array(z.object({ role: z.enum(['system', 'user', 'assistant']), content: z.string() }))),
  promptTokenIds: tokenIds,
  turns: z.array(turn),
});

export type TrajectoryLine = z.infer<typeof trajectoryLineSchema>;

/** The JSON Schema (draft 2020-12) of a line of `trajectories.jsonl`. */
export function trajectoryJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(trajectoryLineSchema) };
}
