import { type AdvantageEstimator, grpo as grpoAdvantages, gtpo as gtpoAdvantages } from '@turnwise/advantages';
import { clippedSurrogate, type PolicyAlgorithm } from '@turnwise/gtpo';
import {
  accuracyPart,
  composeReward,
  formatReward,
  grpoReward,
  gtpoReward,
  type RewardFunction,
  scoreGroup,
  type Verifier,
} from '@turnwise/rewards';
import type { ToolDefinition } from '@turnwise/trajectory';
import type { TrainConfig } from '../config/train-config.js';
import type { JudgedReward } from '../plugins/load-reward.js';
import type { TrainerTask } from '../tasks/task-schema.js';

export interface AlgorithmParts {
  readonly verifier: Verifier<TrainerTask>;
  readonly definitions: (task: TrainerTask) => readonly ToolDefinition[];
  /** The user's own modules, loaded; needed where the config names one. */
  readonly modules: { readonly reward: JudgedReward | null; readonly estimator: AdvantageEstimator | null };
}

/** Reward, estimator and loss as the config names them. */
export function algorithmOfConfig(config: TrainConfig, parts: AlgorithmParts): PolicyAlgorithm<TrainerTask> {
  return {
    name: config.algorithm,
    reward: rewardOf(config.reward, parts),
    advantages: estimatorOf(config, parts.modules.estimator),
    loss: clippedSurrogate(),
  };
}

function rewardOf(
  reward: TrainConfig['reward'],
  { verifier, definitions, modules }: AlgorithmParts,
): RewardFunction<TrainerTask> {
  switch (reward.kind) {
    case 'gtpo':
      return gtpoReward({
        verifier,
        shaping: reward.shaping ? { definitions } : 'off',
        turnReward: reward.turnReward ? 'on' : 'off',
      });
    case 'grpo':
      return grpoReward({ verifier });
    case 'outcome':
      return composeReward({ verifier, parts: { accuracy: accuracyPart() } });
    case 'format':
      return formatReward({ verifier });
    case 'module': {
      const own = loaded(modules.reward, reward.specifier);
      return async (group) => own(group, await scoreGroup(group, verifier));
    }
  }
}

function estimatorOf({ estimator, gate }: TrainConfig, own: AdvantageEstimator | null): AdvantageEstimator {
  switch (estimator.kind) {
    case 'gtpo':
      return gtpoAdvantages({ discount: estimator.discount, scope: estimator.normaliseOver, gate });
    case 'grpo':
      return grpoAdvantages({ scope: estimator.normaliseOver, gate });
    case 'module':
      return loaded(own, estimator.specifier);
  }
}

function loaded<T>(module: T | null, specifier: string): T {
  if (module === null) throw new RangeError(`modules: must hold ${specifier}, which the config names, got null`);
  return module;
}
