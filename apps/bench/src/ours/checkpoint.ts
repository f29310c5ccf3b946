import { clippedSurrogate, type PolicyBatch } from '@turnwise/gtpo';
import { openPolicy } from 'turnwise/engine';
import type { CheckpointJob, OurJob } from '../work/jobs.js';
import { about, configOf } from './open.js';
import { memoryOf, timed, type Workload } from './serve.js';

/** A real model's size: loads it with adapters, samples for one prompt, takes steps on what it sampled. */
export async function checkpoint(job: Extract<OurJob, { kind: 'checkpoint' }>): Promise<Workload> {
  const start = performance.now();
  const config = { ...configOf(job, 1), lora: job.rank, loraAlpha: 2 * job.rank };
  const { policy, backend } = await openPolicy(config, job.checkpoint);
  const loadSeconds = (performance.now() - start) / 1000;
  let update = 0;
  let sampled: PolicyBatch | null = null;
  const sample = async (): Promise<void> => {
    update += 1;
    const sequence = policy.open({ seed: 1, update, task: 0, sample: 0 });
    const request = { newTokenIds: job.prompt, turn: 0, maxTokens: job.newTokens, stopTokenIds: [], temperature: 1 };
    const { tokenIds, behaviourLogprobs } = await sequence.sample(request);
    sequence.close();
    if (tokenIds.length !== job.newTokens) throw new Error(`new tokens: ${job.newTokens}, got ${tokenIds.length}`);
    sampled = batchOf(job, tokenIds, behaviourLogprobs);
  };
  const loss = clippedSurrogate();
  const step = () => policy.update(sampled as PolicyBatch, loss);
  await sample();
  const { logprobDifference } = await step();
  const firstSeconds = (performance.now() - start) / 1000;
  const call = `loadPolicy({ lora: { rank: ${job.rank} } }), sample({ maxTokens: ${job.newTokens} }), update(batch, clippedSurrogate()) as the trainer has them`;
  return {
    ready: { call, ...about(backend, policy), loadSeconds, firstSeconds, logprobDifference },
    actions: { sample: timed(sample), step: timed(step), memory: memoryOf(backend) },
  };
}

function batchOf({ prompt }: CheckpointJob, sampled: readonly number[], logprobs: readonly number[]): PolicyBatch {
  const tokenIds = Int32Array.from([...prompt, ...sampled]);
  const tokens = tokenIds.length;
  const column = <T>(of: (i: number) => T): T[] => Array.from({ length: tokens }, (_, t) => of(t - prompt.length));
  return {
    sequences: 1,
    tokens,
    tokenIds,
    sequenceLengths: Int32Array.of(tokens),
    actionMask: Uint8Array.from(column((i) => (i >= 0 ? 1 : 0))),
    advantages: Float32Array.from(column((i) => (i >= 0 ? 1 : 0))),
    behaviourLogprobs: Float32Array.from(column((i) => logprobs[i] ?? 0)),
    turnIndices: Int32Array.from(column((i) => (i >= 0 ? 0 : -1))),
    groupIndices: new Int32Array(1),
    temperature: 1,
  };
}
