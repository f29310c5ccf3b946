import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256OfFile } from '../config/sha256.js';
import { readTaskFile } from '../config/task-file.js';
import type { TrainConfig } from '../config/train-config.js';
import { loadEstimator } from '../plugins/load-estimator.js';
import { loadReward } from '../plugins/load-reward.js';
import type { RunInput } from '../run-directory/run-record.js';
import { taskRowSchema } from '../tasks/task-schema.js';
import { UsageError } from '../usage-error.js';
import type { RunModules } from './context.js';

/**
 * Loads and checks the user's own reward, estimator and tasks, and takes the digests of these files and of the policy's,
 * so that a resume can tell whether they changed. Of a module only its entry file is taken.
 */
export async function loadRunModules(
  config: TrainConfig,
  cwd: string,
): Promise<{ readonly modules: RunModules; readonly inputs: readonly RunInput[] }> {
  const reward = config.reward.kind === 'module' ? await loadReward(config.reward.specifier, cwd) : null;
  const estimator = config.estimator.kind === 'module' ? await loadEstimator(config.estimator.specifier, cwd) : null;
  const tasks = config.tasks.kind === 'file' ? await readTaskFile(config.tasks.path, taskRowSchema) : null;
  const paths: [string, string][] = [
    ...(config.tasks.kind === 'file' ? [['tasks', config.tasks.path] satisfies [string, string]] : []),
    ...(reward === null ? [] : [['reward', reward.path] satisfies [string, string]]),
    ...(estimator === null ? [] : [['estimator', estimator.path] satisfies [string, string]]),
    ...(config.policy.kind === 'directory' ? await policyFiles(config.policy.path) : []),
  ];
  const inputs = await Promise.all(
    paths.map(async ([role, path]) => ({ role, path, sha256: await sha256OfFile(path) })),
  );
  return { modules: { reward: reward?.reward ?? null, estimator: estimator?.estimator ?? null, tasks }, inputs };
}

async function policyFiles(directory: string): Promise<[string, string][]> {
  const names = await readdir(directory).catch((error: Error) => {
    throw new UsageError(`--policy ${directory}: cannot be read: ${error.message}`, { cause: error });
  });
  return names
    .filter((name) => /\.(json|safetensors)$/.test(name))
    .sort()
    .map((name) => ['policy', join(directory, name)]);
}
