import { clippedSurrogate, type PolicyBatch } from '@turnwise/gtpo';
import { openPolicy } from 'turnwise/engine';
import type { CheckpointJob, OurJob } from '../work/jobs.js';
import { about, configOf } from './open.js';
import { processMemory, type Workload } from './serve.js';

/** A real model's size, once: loads it with adapters, samples for one prompt, takes steps on what it sampled. */
export async function checkpoint(job: Extract<OurJob, { kind: 'checkpoint' }>): Promise<Workload> {
  const seconds = stopwatch();
  const config = { ...configOf(job, 1), lora: job.rank, loraAlpha: 2 * job.rank };
  const { policy, backend } = await openPolicy(config, job.checkpoint, { graphs: job.graphs });
  const load = seconds();
  // The same key, and so the same tokens, in every run.
  const sequence = policy.open({ seed: 1, update: 1, task: 0, sample: 0 });
  const request = { newTokenIds: job.prompt, turn: 0, maxTokens: job.newTokens, stopTokenIds: [], temperature: 1 };
  const { tokenIds, behaviourLogprobs } = await sequence.sample(request);
  sequence.close();
  const sample = seconds();
  if (tokenIds.length !== job.newTokens) throw new Error(`new tokens: ${job.newTokens}, got ${tokenIds.length}`);
  const loss = clippedSurrogate();
  const batch = batchOf(job, tokenIds, behaviourLogprobs);
  const { logprobDifference } = await policy.update(batch, loss);
  const firstStep = seconds();
  for (let i = 0; i < job.moreSteps; i++) await policy.update(batch, loss);
  const nextStep = seconds() / job.moreSteps;
  const { user, system } = process.cpuUsage();
  const graphs = job.graphs ? 'graphs: true, ' : '';
  const call = `loadPolicy({ ${graphs}lora: { rank: ${job.rank} } }), sample({ maxTokens: ${job.newTokens} }), update(batch, clippedSurrogate())`;
  return {
    ready: {
      call,
      ...about(backend, policy),
      ...{ load, sample, firstStep, nextStep },
      peakBytes: processMemory().peakBytes,
      cpuSeconds: (user + system) / 1e6,
      ...{ logprobDifference, tokenIds, behaviourLogprobs },
    },
    actions: {},
  };
}

/** Seconds since it was last asked. */
function stopwatch(): () => number {
  let last = performance.now();
  return () => {
    const before = last;
    last = performance.now();
    return (last - before) / 1000;
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
