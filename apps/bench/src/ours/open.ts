import type { Backend } from '@turnwise/accelerator';
import { type Policy, parameterCount } from '@turnwise/policy';
import { resolveConfig, type TrainConfig } from 'turnwise';
import { type OpenPolicy, openPolicy } from 'turnwise/engine';
import type { AdvantagesJob, OurJob } from '../work/jobs.js';

/** What needs a policy. */
type PolicyJob = Exclude<OurJob, AdvantagesJob>;

/** The config of `npm start`; only rows and backend are those of the job. */
export function configOf({ backend }: Pick<OurJob, 'backend'>, rows?: number): TrainConfig {
  return resolveConfig(
    { ...(rows === undefined ? {} : { rows: String(rows) }), ...(backend === undefined ? {} : { backend }) },
    process.cwd(),
  );
}

/** Opens the policy as `npm start` does. */
export async function open(job: PolicyJob, rows?: number): Promise<OpenPolicy & { readonly config: TrainConfig }> {
  const config = configOf(job, rows);
  return { ...(await openPolicy(config, job.checkpoint)), config };
}

/** What all our sides say of themselves. */
export function about(backend: Backend, policy: Policy) {
  const { name, tensorflowVersion, intraOpThreads, interOpThreads } = backend;
  return {
    versions: { tensorflow: `${tensorflowVersion} (${name})`, node: process.versions.node },
    threads: `${intraOpThreads} intra-op, ${interOpThreads} inter-op`,
    parameters: parameterCount(policy.config),
  };
}
