import { readFileSync } from 'node:fs';
import type { OurJob } from '../work/jobs.js';
import { type BatchFile, policyBatchOf } from '../work/ragged-batch.js';
import { about, open } from './open.js';
import { memoryOf, type Workload } from './serve.js';

/** `policy.score`: the log-probabilities of the action tokens, 0 elsewhere. */
export async function logprobs(job: Extract<OurJob, { kind: 'logprobs' }>): Promise<Workload> {
  const { policy, backend } = await open(job);
  const batch = policyBatchOf(JSON.parse(readFileSync(job.batch, 'utf8')) as BatchFile);
  return {
    ready: { call: 'policy.score(batch)', ...about(backend, policy), usesGpu: usesGpu(backend.tf) },
    actions: {
      logprobs: async () => ({ logprobs: [...(await policy.score(batch))] }),
      memory: memoryOf(backend),
    },
  };
}

/** Whether TensorFlow.js says that it computes on a GPU. */
function usesGpu(tf: { backend(): unknown }): boolean {
  return (tf.backend() as { readonly isUsingGpuDevice?: boolean }).isUsingGpuDevice === true;
}
