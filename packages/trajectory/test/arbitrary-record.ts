import fc from 'fast-check';
import type { ParsedToolCall, ToolResult, TrajectoryRecord, TurnRewardRecord } from '../src/index.js';

const text = fc.string({ unit: 'binary', maxLength: 20 });
const tokenIds = fc.array(fc.nat(200_000), { minLength: 1, maxLength: 6 });
/** `-0` is written as `0`, so it is left out. */
const number = fc.float({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);

const toolCall: fc.Arbitrary<ParsedToolCall> = fc.oneof(
  fc.record({
    status: fc.constant('valid' as const),
    call: fc.record(
      {
        id: text,
        name: text,
        arguments: fc
          .dictionary(text, fc.jsonValue())
          .map((value) => JSON.parse(JSON.stringify(value)) as Record<string, unknown>),
        rawArguments: text,
      },
      { requiredKeys: ['id', 'name', 'arguments'] },
    ),
  }),
  fc.record({
    status: fc.constant('invalid' as const),
    reason: fc.constantFrom('unparsable', 'unknown-tool', 'invalid-arguments'),
    raw: text,
    message: text,
  }),
);

const result: fc.Arbitrary<ToolResult> = fc.record({
  status: fc.constantFrom('ok', 'error', 'timeout', 'out-of-memory', 'output-limit', 'infrastructure-failure'),
  text,
});

const action = fc
  .record({
    tokens: fc.array(fc.tuple(fc.nat(200_000), number), { minLength: 1, maxLength: 6 }),
    policyVersion: fc.integer({ min: 0, max: 3 }),
    content: text,
    toolCalls: fc.array(toolCall, { maxLength: 2 }),
    answer: fc.option(text),
  })
  .map(({ tokens, policyVersion, content, toolCalls, answer }) => ({
    tokenIds: tokens.map(([id]) => id),
    behaviourLogprobs: tokens.map(([, logprob]) => logprob),
    message: { role: 'assistant' as const, content, toolCalls, answer },
    policyVersion,
  }));

const observation = fc
  .tuple(tokenIds, fc.array(result, { maxLength: 2 }))
  .map(([ids, results]) => ({ tokenIds: ids, message: { role: 'tool' as const, results } }));

const turn = fc.record(
  { action, observation: fc.option(observation), stateKey: text },
  { requiredKeys: ['action', 'observation'] },
);

function rewardsOf(turns: readonly unknown[]): fc.Arbitrary<TurnRewardRecord[]> {
  const reward = fc.record({ total: number, parts: fc.record({ accuracy: number, 'format penalty': number }) });
  return fc.array(reward, { minLength: turns.length, maxLength: turns.length });
}

/** Any record that may be written. */
export const arbitraryRecord: fc.Arbitrary<TrajectoryRecord> = fc
  .record({
    slot: fc.record({ run: text, task: fc.nat(), sample: fc.nat() }),
    taskId: text,
    promptTokenIds: tokenIds,
    turns: fc.array(turn, { maxLength: 4 }),
    stopReason: fc.constantFrom(
      'answered',
      'turn-limit',
      'token-limit',
      'context-full',
      'tool-budget',
      'aborted',
      'infrastructure-failure',
    ),
    answer: fc.option(text),
  })
  .chain((trajectory) =>
    fc.record(
      {
        trajectory: fc.constant(trajectory),
        family: text,
        group: fc.nat(),
        step: fc.nat(),
        outcome: fc.boolean(),
        rewards: rewardsOf(trajectory.turns),
        tags: fc.array(text, { maxLength: 3 }),
        prompt: fc.array(fc.record({ role: fc.constantFrom('system', 'user', 'assistant'), content: text })),
      },
      { requiredKeys: ['trajectory', 'family', 'group', 'step'] },
    ),
  );
