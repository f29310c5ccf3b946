import type { Tokenizer } from '@turnwise/renderer';
import type { SampledAction, SampleKey, Sampler, SequenceSampler } from '@turnwise/trajectory';
import { answer, call, type Demonstration, type Move, type TaskInstance } from '../tasks/family.js';
import { type Random, randomOf } from '../tasks/random.js';
import { drawStrategy, type StrategyMix } from './strategy-mix.js';

/**
 * A sampler that plays scripted demonstrations instead of asking a policy, so that demonstrations go through the very
 * rollout that training uses: real tools, real observations, the same tokens.
 *
 * Its behaviour log-probabilities are 0: the trajectories serve supervised losses only.
 */
export function demonstrationSampler(
  instances: readonly TaskInstance[],
  mix: StrategyMix,
  tokenizer: Tokenizer,
  contextLength: number,
): Sampler {
  return {
    contextLength,
    open: (key) => {
      const instance = instances[key.task];
      if (instance === undefined) throw new RangeError(`key.task: must be below ${instances.length}, got ${key.task}`);
      return demonstrate(instance, key, mix, tokenizer);
    },
  };
}

function demonstrate(instance: TaskInstance, key: SampleKey, mix: StrategyMix, tokenizer: Tokenizer): SequenceSampler {
  const random = randomOf(key.seed, key.update, key.task, key.sample);
  const demonstration = instance.demonstrate(drawStrategy(mix, random), random);
  let pending: Move | null = null;
  const next = (result: string): Move => {
    if (pending !== null) {
      const move = pending;
      pending = null;
      return move;
    }
    const move = advance(demonstration, result);
    if (move.kind === 'answer' || !random.chance(mix.invalidCallRate)) return move;
    pending = move;
    return call(invalidCall(instance, random));
  };
  return {
    sample: async ({ newTokenIds, maxTokens }) =>
      cut(encodeMove(next(resultText(newTokenIds, tokenizer)), tokenizer), maxTokens),
    close: () => {},
  };
}

function advance(demonstration: Demonstration, result: string): Move {
  const step = demonstration.next(result);
  return step.done ? answer(result) : step.value;
}

const invalidCall = (instance: TaskInstance, random: Random) => instance.invalidCall(random);

/** The text between `<result>` and `</result>`. */
function resultText(tokenIds: readonly number[], tokenizer: Tokenizer): string {
  return tokenizer.decode(tokenIds.filter((id) => !tokenizer.isSpecial(id)));
}

function encodeMove({ kind, text }: Move, tokenizer: Tokenizer): number[] {
  return [tokenizer.idOf(`<${kind}>`), ...tokenizer.encode(text), tokenizer.idOf(`</${kind}>`)];
}

/** A move that is longer than the action may be loses its end, as a policy's would. */
function cut(tokenIds: readonly number[], maxTokens: number): SampledAction {
  const kept = tokenIds.slice(0, maxTokens);
  return {
    tokenIds: kept,
    behaviourLogprobs: kept.map(() => 0),
    end: kept.length < tokenIds.length ? 'max-tokens' : 'stop-token',
    policyVersion: 0,
  };
}
