import type { Policy } from '@turnwise/policy';
import { rememberVerdicts, type Verifier } from '@turnwise/rewards';
import type { RolloutParts } from '@turnwise/rollout';
import { createSandbox, type Sandbox } from '@turnwise/sandbox';
import type { ToolProvider } from '@turnwise/trajectory';
import type { TrainerTask } from '../tasks/task-schema.js';
import { disabledTools, taskTools } from '../tasks/tools.js';
import { taskVerifier } from '../tasks/verifier.js';
import { countedRunner } from './counted-runner.js';
import { type OpenOptions, type OpenPolicy, openPolicy, type PolicyConfig } from './open-policy.js';
import { checkVocabulary, openText, type PolicyText } from './open-text.js';

/** Everything that samples, runs, judges and learns in one process. */
export interface Environment extends OpenPolicy {
  /** Tokenizer and renderer, and why it is this one. */
  readonly text: PolicyText;
  readonly rollout: RolloutParts<TrainerTask>;
  /** The same, with every tool call answered by an error. */
  readonly withoutTools: RolloutParts<TrainerTask>;
  readonly verifier: Verifier<TrainerTask>;
  /** How many programs ran into the wall clock while the verifier ran them. */
  readonly verifierTimeouts: () => number;
  close(): Promise<void>;
}

/**
 * Opens backend, policy, tokenizer and sandbox. `directory` holds the checkpoint in the Hugging Face layout; with
 * `resume` the optimizer goes on from the state beside it.
 */
export async function openEnvironment(
  config: PolicyConfig,
  directory: string,
  options: OpenOptions = {},
): Promise<Environment> {
  const text = await openText(directory);
  const open = await openPolicy(config, directory, options);
  const { policy } = open;
  try {
    checkVocabulary(directory, text.tokenizer, policy.config.vocabularySize);
    const sandbox = await createSandbox();
    return {
      ...open,
      text,
      ...partsOf(policy, text, sandbox),
      close: () => closeAll(policy, sandbox),
    };
  } catch (error) {
    policy.dispose();
    throw error;
  }
}

function partsOf(policy: Policy, { renderer }: PolicyText, sandbox: Sandbox) {
  const runner = countedRunner(sandbox.codeRunner());
  const parts = (tools: ToolProvider<TrainerTask>) => ({ sampler: policy, renderer, tools });
  return {
    rollout: parts(taskTools(sandbox)),
    withoutTools: parts(disabledTools()),
    verifier: rememberVerdicts(taskVerifier(runner)),
    verifierTimeouts: runner.timeouts,
  };
}

async function closeAll(policy: Policy, sandbox: Sandbox): Promise<void> {
  policy.dispose();
  await sandbox.close();
}
