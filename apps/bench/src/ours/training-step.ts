import { readFileSync } from 'node:fs';
import { clippedSurrogate } from '@turnwise/gtpo';
import type { OurJob } from '../work/jobs.js';
import { type BatchFile, policyBatchOf } from '../work/ragged-batch.js';
import { about, open } from './open.js';
import { memoryOf, timed, type Workload } from './serve.js';

/** `policy.update` with the clipped surrogate, metrics included, on one batch. */
export async function trainingStep(job: Extract<OurJob, { kind: 'training-step' }>): Promise<Workload> {
  const { policy, backend, shards } = await open(job);
  const batch = policyBatchOf(JSON.parse(readFileSync(job.batch, 'utf8')) as BatchFile);
  const loss = clippedSurrogate();
  const start = performance.now();
  const steps: object[] = [];
  let firstSeconds = 0;
  for (let i = 0; i < job.warmUp; i++) {
    const { loss: value, gradNorm } = await policy.update(batch, loss);
    if (i === 0) firstSeconds = (performance.now() - start) / 1000;
    steps.push({ loss: value, gradNorm });
  }
  const call = `policy.update(batch, clippedSurrogate()) as npm start has it (${shards.learner} shards)`;
  return {
    ready: { call, ...about(backend, policy), firstSeconds, steps },
    actions: { sample: timed(() => policy.update(batch, loss)), memory: memoryOf(backend) },
  };
}
