import type { Task, ToolDefinition, Trajectory } from '@turnwise/trajectory';
import { callCode } from './call-code.js';
import { canonicalJson } from './canonical-json.js';
import { codeTokens } from './code-tokens.js';
import type { RewardPart } from './reward-part.js';

/** Options of `conductPart`. */
export interface ConductPartOptions<T extends Task> {
  /** The tools of a task: they say which argument of a call is code. */
  readonly definitions: (task: T) => readonly ToolDefinition[];
  /** Whether a code holds anything; by default whether it has no token of JavaScript. */
  readonly isEmpty?: (code: string) => boolean;
}

/**
 * Pays nothing and shows what known reward hacks look like, so that a run in which one spreads is seen:
 *
 *     repeated_calls    valid calls that an earlier turn or call of the trajectory made word for word, of all valid calls
 *     empty_calls       valid calls without code (blank, or only comments), of all valid calls
 *     copied_answers    answers that stand word for word in a tool's output, of all answers
 *     action_tokens     mean sampled tokens of a trajectory
 *     turns             mean turns of a trajectory
 *     invalid_turns     turns after the first that hold an invalid call, of all such turns
 *
 * A copied answer is no hack where a tool is meant to give it; watch how it moves beside `accuracy`.
 */
export function conductPart<T extends Task>({
  definitions,
  isEmpty = (code) => codeTokens(code).length === 0,
}: ConductPartOptions<T>): RewardPart<T> {
  return ({ group, turnSplits, included }) => {
    const known = definitions(group.task);
    const metrics = {
      repeated_calls: { sum: 0, count: 0 },
      empty_calls: { sum: 0, count: 0 },
      copied_answers: { sum: 0, count: 0 },
      action_tokens: { sum: 0, count: 0 },
      turns: { sum: 0, count: 0 },
      invalid_turns: { sum: 0, count: 0 },
    };
    const add = (name: keyof typeof metrics, sum: number, count: number) => {
      metrics[name].sum += sum;
      metrics[name].count += count;
    };
    group.trajectories.forEach((trajectory, i) => {
      if (included[i] === 0) return;
      const calls = validCalls(trajectory);
      const distinct = new Set(calls.map(({ name, arguments: given }) => canonicalJson({ name, given })));
      add('repeated_calls', calls.length - distinct.size, calls.length);
      add('empty_calls', calls.filter((call) => isEmpty(callCode(call, known))).length, calls.length);
      if (trajectory.answer !== null) add('copied_answers', isCopied(trajectory) ? 1 : 0, 1);
      add(
        'action_tokens',
        trajectory.turns.reduce((sum, { action }) => sum + action.tokenIds.length, 0),
        1,
      );
      add('turns', trajectory.turns.length, 1);
      const later = trajectory.turns.slice(1);
      add('invalid_turns', later.filter(holdsInvalid).length, later.length);
    });
    return { values: new Float64Array(turnSplits.at(-1) as number), metrics };
  };
}

function validCalls({ turns }: Trajectory) {
  return turns.flatMap(({ action }) =>
    action.message.toolCalls.flatMap((parsed) => (parsed.status === 'valid' ? [parsed.call] : [])),
  );
}

function holdsInvalid({ action }: Trajectory['turns'][number]): boolean {
  return action.message.toolCalls.some(({ status }) => status === 'invalid');
}

function isCopied({ turns, answer }: Trajectory): boolean {
  const wanted = answer?.trim() ?? '';
  if (wanted === '') return false;
  const texts = turns.flatMap(({ observation }) => observation?.message.results.map(({ text }) => text) ?? []);
  return texts.some((text) => text.includes(wanted));
}
