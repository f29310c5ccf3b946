import { availableParallelism } from 'node:os';
import { type Backend, createBackend, recommendedThreads } from '@turnwise/accelerator';
import { checkPolicy, parameterCount } from '@turnwise/policy';
import type { TrainConfig } from '../config/train-config.js';

/** How many parameters the model in a folder has; `base` holds the model if the folder holds adapters alone. */
export async function parametersIn(directory: string, from: { readonly base?: string } = {}): Promise<number> {
  return parameterCount(await checkPolicy(directory, from));
}

/** How the work of a run was divided when it began; as it stands in `run.json`. */
export interface Division {
  readonly threads: { readonly intraOp: number; readonly interOp: number };
  readonly shards: { readonly sampler: number; readonly learner: number };
}

/** That of a recorded run, which it keeps on another machine too; `null` when nothing was recorded. */
export function recordedDivision({ threads, shards }: Readonly<Record<string, unknown>>): Division | null {
  return threads === undefined || shards === undefined ? null : ({ threads, shards } as Division);
}

/** The backend that the config prefers; `auto` is the best one. Threads are by the size of the model, unless named. */
export function openBackend(
  { backend, threads }: Pick<TrainConfig, 'backend' | 'threads'>,
  parameters: number,
  recorded: Division | null = null,
): Promise<Backend> {
  const advice = recommendedThreads({ parameters, cores: availableParallelism() }).threads;
  return createBackend({
    ...(backend === 'auto' ? {} : { prefer: backend }),
    threads: recorded?.threads ?? (threads === undefined ? advice : { intraOp: threads }),
  });
}

/** Only native TensorFlow computes shards in parallel; those of the sampler have equally many rows. */
export function shardsOf(
  { name }: Pick<Backend, 'name'>,
  { rows, shards }: Pick<TrainConfig, 'shards'> & { readonly rows: number },
  parameters: number,
): { readonly sampler: number; readonly learner: number } {
  switch (name) {
    case 'native':
    case 'cuda': {
      const gpu = name === 'cuda';
      const workload = { parameters, cores: availableParallelism(), rows: { sampler: rows, learner: rows }, gpu };
      const advice = recommendedThreads(workload).shards;
      return { sampler: advice.sampler, learner: shards ?? advice.learner };
    }
    case 'webgpu':
    case 'wasm':
    case 'cpu':
      return { sampler: 1, learner: 1 };
    default:
      return name satisfies never;
  }
}
