import type { OurJob } from '../work/jobs.js';
import { about, open } from './open.js';
import { memoryOf, timed, type Workload } from './serve.js';

/** All sequences of a batch, sampled at temperature 1 with their log-probabilities; as many rows as sequences. */
export async function sampling(job: Extract<OurJob, { kind: 'sampling' }>): Promise<Workload> {
  const { prompts, newTokens } = job;
  const { policy, backend, shards, parts } = await open(job, prompts.length);
  let update = 0;
  const sampleOne = async (prompt: readonly number[], task: number): Promise<void> => {
    const sequence = policy.open({ seed: 1, update, task, sample: 0 });
    const request = { newTokenIds: prompt, turn: 0, maxTokens: newTokens, stopTokenIds: [], temperature: 1 };
    const { tokenIds } = await sequence.sample(request);
    sequence.close();
    if (tokenIds.length !== newTokens) throw new Error(`new tokens: ${newTokens}, got ${tokenIds.length}`);
  };
  const sampleAll = async (): Promise<void> => {
    update += 1;
    await Promise.all(prompts.map(sampleOne));
  };
  for (let i = 0; i < 3; i++) await sampleAll();
  const call = `policy.open(key).sample({ maxTokens: ${newTokens}, temperature: 1 }) x ${prompts.length} as npm start --rows ${prompts.length} has it (${shards.sampler} shards of the rows, ${parts} parts of the model)`;
  return {
    ready: { call, ...about(backend, policy) },
    actions: { sample: timed(sampleAll), memory: memoryOf(backend) },
  };
}
