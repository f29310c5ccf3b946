import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Backend } from '@turnwise/accelerator';
import { loadPolicy, type Policy } from '@turnwise/policy';
import { loadTokenizer, type Tokenizer, taggedRenderer } from '@turnwise/renderer';
import { rememberVerdicts, type Verifier } from '@turnwise/rewards';
import type { RolloutParts } from '@turnwise/rollout';
import { createSandbox, type Sandbox } from '@turnwise/sandbox';
import type { ToolProvider } from '@turnwise/trajectory';
import type { TrainConfig } from '../config/train-config.js';
import type { TrainerTask } from '../tasks/task-schema.js';
import { disabledTools, taskTools } from '../tasks/tools.js';
import { taskVerifier } from '../tasks/verifier.js';
import { TOKENIZER_FILES } from './checkpoint-files.js';
import { countedRunner } from './counted-runner.js';
import { openBackend, parametersIn, shardsOf } from './open-backend.js';

/** Everything that samples, runs, judges and learns in one process. */
export interface Environment {
  readonly backend: Backend;
  readonly policy: Policy;
  readonly tokenizer: Tokenizer;
  readonly rollout: RolloutParts<TrainerTask>;
  /** The same, with every tool call answered by an error. */
  readonly withoutTools: RolloutParts<TrainerTask>;
  readonly verifier: Verifier<TrainerTask>;
  /** How many programs ran into the wall clock while the verifier ran them. */
  readonly verifierTimeouts: () => number;
  /** Parts of the rows that are computed in parallel. */
  readonly shards: { readonly sampler: number; readonly learner: number };
  close(): Promise<void>;
}

export type EnvironmentConfig = Pick<TrainConfig, 'backend' | 'rows' | 'shards' | 'threads' | 'learningRate'>;

/**
 * Opens backend, policy, tokenizer and sandbox. `directory` holds the checkpoint in the Hugging Face layout; with
 * `resume` the optimizer goes on from the state beside it.
 */
export async function openEnvironment(
  config: EnvironmentConfig,
  directory: string,
  { resume = false }: { readonly resume?: boolean } = {},
): Promise<Environment> {
  const parameters = await parametersIn(directory);
  const backend = await openBackend(config, parameters);
  const tokenizer = await openTokenizer(directory);
  const shards = shardsOf(backend, config, parameters);
  const policy = await loadPolicy(directory, {
    tf: backend.tf,
    resume,
    sampler: { rows: config.rows, shards: shards.sampler, stepsPerRun: 8 },
    learner: { learningRate: config.learningRate, shards: shards.learner },
  });
  const sandbox = await createSandbox();
  return {
    backend,
    policy,
    tokenizer,
    shards,
    ...partsOf(policy, tokenizer, sandbox),
    close: () => closeAll(policy, sandbox),
  };
}

export async function openTokenizer(directory: string): Promise<Tokenizer> {
  const [tokenizer, config] = await Promise.all(
    TOKENIZER_FILES.map(async (name) => {
      const text = await readFile(join(directory, name), 'utf8');
      return JSON.parse(text) as Record<string, unknown>;
    }),
  );
  return loadTokenizer(tokenizer as Record<string, unknown>, config);
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
