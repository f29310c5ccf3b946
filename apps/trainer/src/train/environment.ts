import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Policy } from '@turnwise/policy';
import { loadTokenizer, type Tokenizer, type TokenizerFile, taggedRenderer } from '@turnwise/renderer';
import { rememberVerdicts, type Verifier } from '@turnwise/rewards';
import type { RolloutParts } from '@turnwise/rollout';
import { createSandbox, type Sandbox } from '@turnwise/sandbox';
import type { ToolProvider } from '@turnwise/trajectory';
import type { TrainerTask } from '../tasks/task-schema.js';
import { disabledTools, taskTools } from '../tasks/tools.js';
import { taskVerifier } from '../tasks/verifier.js';
import { countedRunner } from './counted-runner.js';
import { type OpenOptions, type OpenPolicy, openPolicy, type PolicyConfig } from './open-policy.js';

/** Everything that samples, runs, judges and learns in one process. */
export interface Environment extends OpenPolicy {
  readonly tokenizer: Tokenizer;
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
  const tokenizer = await openTokenizer(directory);
  const open = await openPolicy(config, directory, options);
  const { policy } = open;
  const sandbox = await createSandbox();
  return {
    ...open,
    tokenizer,
    ...partsOf(policy, tokenizer, sandbox),
    close: () => closeAll(policy, sandbox),
  };
}

export async function openTokenizer(directory: string): Promise<Tokenizer> {
  return loadTokenizer(JSON.parse(await readFile(join(directory, 'tokenizer.json'), 'utf8')) as TokenizerFile);
}

function partsOf(policy: Policy, tokenizer: Tokenizer, sandbox: Sandbox) {
  const renderer = taggedRenderer(tokenizer);
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
