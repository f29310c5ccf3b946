import type {
  Action,
  ActionMessage,
  ParsedToolCall,
  Renderer,
  SampledAction,
  SequenceSampler,
  Slot,
  StopReason,
  Task,
  ToolDefinition,
  ToolResult,
  ToolSession,
  Trajectory,
  Truncation,
  Turn,
} from '@turnwise/trajectory';
import { digest } from './digest.js';
import type { RolloutRecorder } from './rollout-statistics.js';

/** How far a trajectory may go. */
export interface TrajectoryLimits {
  readonly maxTurns: number;
  readonly maxTokensPerTurn: number;
  /** Most valid calls that are executed. */
  readonly maxToolCalls: number;
  readonly contextLength: number;
}

/** Everything that one trajectory needs beside its sequence and its tools. */
export interface TrajectoryPlan {
  readonly slot: Slot;
  readonly task: Task;
  readonly definitions: readonly ToolDefinition[];
  /** At least one token shorter than the context. */
  readonly promptTokenIds: readonly number[];
  readonly temperature: number;
  readonly truncation?: Truncation;
  readonly limits: TrajectoryLimits;
  readonly renderer: Renderer;
  readonly recorder: RolloutRecorder;
  readonly signal: AbortSignal;
  /** Resolves when `signal` is raised. */
  readonly aborted: Promise<null>;
}

/**
 * One trajectory from its prompt to its stop reason: sample an action, read it, run its calls, render their results,
 * go on.
 *
 * Between two samples nothing is awaited but the tools. An abort does not wait for the action that is being sampled.
 * Closes neither the sequence nor the session. An action that the policy ended itself without call and answer (formats
 * in which plain text may end) counts as `answered`, with the answer `null`. The turn at which a trajectory stops has
 * no observation, and its calls are not executed unless their results are the reason.
 */
export async function collectTrajectory(
  plan: TrajectoryPlan,
  sequence: SequenceSampler,
  session: ToolSession,
): Promise<Trajectory> {
  const { slot, task, promptTokenIds, temperature, limits, renderer, recorder, signal, aborted } = plan;
  const turns: Turn[] = [];
  let newTokenIds = promptTokenIds;
  let length = promptTokenIds.length;
  let calls = 0;
  let stateKey = digest('');
  const end = (stopReason: StopReason, answer: string | null = null): Trajectory => {
    return { slot, taskId: task.id, promptTokenIds, turns, stopReason, answer };
  };

  while (!signal.aborted) {
    const maxTokens = Math.min(limits.maxTokensPerTurn, limits.contextLength - length);
    const request = {
      newTokenIds,
      turn: turns.length,
      maxTokens,
      stopTokenIds: renderer.stopTokenIds,
      temperature,
      ...(plan.truncation === undefined ? {} : { truncation: plan.truncation }),
    };
    const sampled = await Promise.race([recorder.sampling(() => sequence.sample(request)), aborted]);
    if (sampled === null) break;
    const action = readAction(plan, sampled);
    const { toolCalls, answer } = action.message;
    length += action.tokenIds.length;
    calls += toolCalls.filter(({ status }) => status === 'valid').length;
    const stopWith = (stopReason: StopReason, given: string | null = null): Trajectory => {
      turns.push({ action, observation: null, stateKey });
      return end(stopReason, given);
    };

    const stopReason = stopReasonOf(sampled, action.message, { turns: turns.length + 1, calls, maxTokens }, limits);
    if (stopReason !== null) return stopWith(stopReason, stopReason === 'answered' ? answer : null);

    const results = await runCalls(toolCalls, session, recorder, signal);
    if (signal.aborted) return stopWith('aborted');
    if (results.some(({ status }) => status === 'infrastructure-failure')) return stopWith('infrastructure-failure');

    const message = { role: 'tool', results } as const;
    newTokenIds = renderer.observation(message, action.message);
    if (newTokenIds.length === 0) throw new RangeError('collectTrajectory: an observation must have tokens, got 0');
    length += newTokenIds.length;
    if (length >= limits.contextLength) return stopWith('context-full');
    turns.push({ action, observation: { tokenIds: newTokenIds, message }, stateKey });
    stateKey = nextStateKey(stateKey, toolCalls, results);
  }
  return end('aborted');
}

function readAction({ renderer, definitions, recorder }: TrajectoryPlan, sampled: SampledAction): Action {
  const { tokenIds, behaviourLogprobs, policyVersion } = sampled;
  if (tokenIds.length === 0 || tokenIds.length !== behaviourLogprobs.length) {
    throw new RangeError(
      'collectTrajectory: an action must have tokens and as many log-probabilities, ' +
        `got ${tokenIds.length} and ${behaviourLogprobs.length}`,
    );
  }
  const message = renderer.action(tokenIds, definitions);
  for (const call of message.toolCalls) if (call.status === 'invalid') recorder.invalidCall(call.reason);
  return { tokenIds, behaviourLogprobs, message, policyVersion };
}

function stopReasonOf(
  sampled: SampledAction,
  message: ActionMessage,
  count: { readonly turns: number; readonly calls: number; readonly maxTokens: number },
  limits: TrajectoryLimits,
): StopReason | null {
  switch (sampled.end) {
    case 'context-full':
      return 'context-full';
    case 'max-tokens':
      return count.maxTokens < limits.maxTokensPerTurn ? 'context-full' : 'token-limit';
    case 'stop-token':
    case 'stop-string':
      if (message.answer !== null || message.toolCalls.length === 0) return 'answered';
      if (count.turns >= limits.maxTurns) return 'turn-limit';
      return count.calls > limits.maxToolCalls ? 'tool-budget' : null;
    default:
      return sampled.end satisfies never;
  }
}

/** One result per call, in order: the message of an invalid call is its error. Ends early on a failure of ours. */
async function runCalls(
  toolCalls: readonly ParsedToolCall[],
  session: ToolSession,
  recorder: RolloutRecorder,
  signal: AbortSignal,
): Promise<ToolResult[]> {
  const results: ToolResult[] = [];
  for (const parsed of toolCalls) {
    if (parsed.status === 'invalid') {
      results.push({ status: 'error', text: parsed.message });
      continue;
    }
    const result = await recorder.tool(() => session.call(parsed.call, { signal }));
    results.push(result);
    if (signal.aborted || result.status === 'infrastructure-failure') break;
  }
  return results;
}

function nextStateKey(stateKey: string, toolCalls: readonly ParsedToolCall[], results: readonly ToolResult[]): string {
  return results.reduce(
    (key, result, index) =>
      toolCalls[index]?.status === 'valid' && result.status === 'ok' ? digest(`${key}${result.text}`) : key,
    stateKey,
  );
}
