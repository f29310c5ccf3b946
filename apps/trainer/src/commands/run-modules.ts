import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { sha256OfFile } from '../config/sha256.js';
import { readTaskFile } from '../config/task-file.js';
import type { TrainConfig } from '../config/train-config.js';
import { loadEstimator } from '../plugins/load-estimator.js';
import { loadReward } from '../plugins/load-reward.js';
import type { RunInput } from '../run-directory/run-record.js';
import { taskRowSchema } from '../tasks/task-schema.js';
import { BASE_DIRECTORY } from '../train/base-directory.js';
import { CHECKPOINT_FILES, TEXT_FILES } from '../train/checkpoint-files.js';
import { UsageError } from '../usage-error.js';
import type { RunModules } from './context.js';

/**
 * Loads and checks the user's own reward, estimator, tasks and policy, and takes the digests of these files, so that a
 * resume can tell whether they changed. Of a module only its entry file is taken.
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
    ...(config.policy.kind === 'directory' ? await givenPolicyFiles(config.policy.path, config) : shippedPolicyFiles()),
  ];
  const inputs = await Promise.all(
    paths.map(async ([role, path]) => ({ role, path, sha256: await sha256OfFile(path) })),
  );
  return { modules: { reward: reward?.reward ?? null, estimator: estimator?.estimator ?? null, tasks }, inputs };
}

async function givenPolicyFiles(directory: string, config: TrainConfig): Promise<[string, string][]> {
  const missing = missingFiles(directory);
  if (missing.length > 0) throw new UsageError(`--policy ${directory}: lacks ${missing.join(', ')}`);
  const [{ checkPolicy }, { checkVocabulary, openText }, { loraOfConfig }] = await Promise.all([
    import('@turnwise/policy'),
    import('../train/open-text.js'),
    import('../train/lora-of-config.js'),
  ]);
  try {
    const lora = loraOfConfig(config);
    const { vocabularySize } = await checkPolicy(directory, lora === null ? {} : { lora });
    const { tokenizer } = await openText(directory);
    checkVocabulary(directory, tokenizer, vocabularySize);
  } catch (error) {
    throw new UsageError(`--policy ${directory}: ${(error as Error).message}`, { cause: error });
  }
  return [...policyFiles(directory), ...(await modelFilesOf(directory))];
}

/** Of an adapter that has no model beside it, the files of the model that it names. */
async function modelFilesOf(directory: string): Promise<[string, string][]> {
  const path = join(directory, 'adapter_config.json');
  if (!existsSync(path) || existsSync(join(directory, 'config.json'))) return [];
  const { base_model_name_or_path: base } = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
  return policyFiles(resolve(directory, String(base)));
}

/** Of an installation that lacks its base nothing is taken: training will say so. */
function shippedPolicyFiles(): [string, string][] {
  return missingFiles(BASE_DIRECTORY).length > 0 ? [] : policyFiles(BASE_DIRECTORY);
}

/** An adapter names its model, whose config and tokenizer it need not hold. */
function missingFiles(directory: string): string[] {
  const has = (name: string) => existsSync(join(directory, name));
  return has('adapter_config.json') ? [] : CHECKPOINT_FILES.filter((name) => !has(name));
}

/** What decides how a policy computes, reads and writes; the state of an optimizer does not. */
function policyFiles(directory: string): [string, string][] {
  const known = new Set<string>([...CHECKPOINT_FILES, ...TEXT_FILES, 'adapter_config.json']);
  const isWeights = (name: string) => /^(?:adapter_)?model.*\.safetensors(?:\.index\.json)?$/.test(name);
  return readdirSync(directory)
    .filter((name) => known.has(name) || isWeights(name))
    .sort()
    .map((name): [string, string] => ['policy', join(directory, name)]);
}
