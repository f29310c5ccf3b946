// Our side of a comparison, in a process of its own: `node worker.js JOB`, with the job as JSON.
import type { ModelConfig } from '@turnwise/policy';
import type { OurJob } from '../work/jobs.js';
import { advantages } from './advantages.js';
import { checkpoint } from './checkpoint.js';
import { grpoUpdate } from './grpo-update.js';
import { logprobs } from './logprobs.js';
import { makeModel } from './make-model.js';
import { probe } from './probe.js';
import { sampling } from './sampling.js';
import { serve, type Workload } from './serve.js';
import { trainingStep } from './training-step.js';

type Probe = { readonly kind: 'probe' };
type MakeModel = { readonly kind: 'make-model'; readonly config: ModelConfig; readonly folder: string };

// Only replies go to stdout.
console.log = console.error;
const job = JSON.parse(process.argv[2] ?? '') as OurJob | MakeModel | Probe;
if (job.kind === 'make-model') await makeModel(job.config, job.folder);
else {
  await serve(job.kind === 'probe' ? await probe() : await workloadOf(job));
  process.exit(0);
}

function workloadOf(job: OurJob): Promise<Workload> {
  switch (job.kind) {
    case 'training-step':
      return trainingStep(job);
    case 'sampling':
      return sampling(job);
    case 'grpo-update':
      return grpoUpdate(job);
    case 'logprobs':
      return logprobs(job);
    case 'checkpoint':
      return checkpoint(job);
    case 'advantages':
      return advantages(job);
    default:
      throw new RangeError(`kind: a known one, got ${JSON.stringify(job satisfies never)}`);
  }
}
