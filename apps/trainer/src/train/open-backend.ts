import { availableParallelism } from 'node:os';
import { type Backend, createBackend, recommendedThreads } from '@turnwise/accelerator';
import { checkPolicy, parameterCount } from '@turnwise/policy';
import type { TrainConfig } from '../config/train-config.js';

/** What the division of work depends on. */
export interface ModelSize {
  readonly parameters: number;
  /** It can be cut into as many equal parts as divide this number. */
  readonly divisible: number;
}

/** The size of the model in a folder; `base` holds the model if the folder holds adapters alone. */
export async function modelSizeIn(directory: string, from: { readonly base?: string } = {}): Promise<ModelSize> {
  const config = await checkPolicy(directory, from);
  const divisible = greatestCommonDivisor(config.keyValueHeads, config.intermediateSize);
  return { parameters: parameterCount(config), divisible };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** How the work of a run was divided when it began; as it stands in `run.json`. */
export interface Division {
  readonly threads: { readonly intraOp: number; readonly interOp: number };
  readonly shards: { readonly sampler: number; readonly learner: number };
  /** Parts of the model while it samples. */
  readonly parts: number;
}

/** That of a recorded run, which it keeps on another machine too; `null` when nothing was recorded. */
export function recordedDivision({ threads, shards, parts = 1 }: Readonly<Record<string, unknown>>): Division | null {
  return threads === undefined || shards === undefined ? null : ({ threads, shards, parts } as Division);
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

/** Only native TensorFlow computes shards and parts side by side; shards of the sampler have equally many rows. */
export function divisionOf(
  { name }: Pick<Backend, 'name'>,
  { rows, shards }: Pick<TrainConfig, 'shards'> & { readonly rows: number },
  size: ModelSize,
): Omit<Division, 'threads'> {
  switch (name) {
    case 'native':
    case 'cuda': {
      const gpu = name === 'cuda';
      const workload = { ...size, cores: availableParallelism(), rows: { sampler: rows, learner: rows }, gpu };
      const advice = recommendedThreads(workload);
      return {
        shards: { sampler: advice.shards.sampler, learner: shards ?? advice.shards.learner },
        parts: advice.parts,
      };
    }
    case 'webgpu':
    case 'wasm':
    case 'cpu':
      return { shards: { sampler: 1, learner: 1 }, parts: 1 };
    default:
      return name satisfies never;
  }
}
