import { grpo as grpoAdvantages } from '@turnwise/advantages';
import { clippedSurrogate, type PolicyAlgorithm } from '@turnwise/gtpo';
import { onLastTurn, turnRewards } from '@turnwise/rewards';
import type { Sampler, Trajectory, TrajectoryGroup } from '@turnwise/trajectory';
import { resolveConfig, type TrainConfig, type TrainerTask, taskOfRow } from 'turnwise';
import { type Environment, openEnvironment, trainUpdate } from 'turnwise/engine';
import type { GrpoJob, OurJob } from '../work/jobs.js';
import { about } from './open.js';
import { memoryOf, timed, type Workload } from './serve.js';

/** One update from tasks to new weights, exactly the trainer's, with a reward that both sides compute. */
export async function grpoUpdate(job: Extract<OurJob, { kind: 'grpo-update' }>): Promise<Workload> {
  const config = grpoConfig(job);
  const environment = withoutStops(await openEnvironment(config, job.checkpoint));
  const { policy, backend, rollout } = environment;
  const algorithm: PolicyAlgorithm<TrainerTask> = {
    name: 'grpo',
    reward: (group) => shareOfTokens(group, new Set(job.rewardedTokens)),
    advantages: grpoAdvantages(),
    loss: clippedSurrogate(),
  };
  const tasks = Array.from({ length: job.tasks }, (_, i) => sumTask(i));
  const ordinals = tasks.map((_, i) => i);
  const { signal } = new AbortController();
  let update = 0;
  const oneUpdate = async (): Promise<void> => {
    update += 1;
    const trained = await trainUpdate(environment, algorithm, config, {
      update,
      tasks,
      ordinals,
      run: 'bench',
      signal,
    });
    for (const { trajectories } of trained?.groups ?? []) checkLengths(trajectories, job);
  };
  for (let i = 0; i < job.warmUp; i++) await oneUpdate();
  const prompts = tasks.map(({ prompt }) => rollout.renderer.prompt(prompt, []));
  const call = `trainUpdate (roll out, reward, estimate, pack, update) as npm start --algorithm grpo --rows ${config.rows} has it`;
  return {
    ready: { call, ...about(backend, policy), prompts },
    actions: { sample: timed(oneUpdate), memory: memoryOf(backend) },
  };
}

function grpoConfig({ backend, tasks, groupSize, newTokens }: OurJob & GrpoJob): TrainConfig {
  const given = {
    algorithm: 'grpo',
    tasksPerUpdate: String(tasks),
    groupSize: String(groupSize),
    maxTurns: '1',
    maxTokensPerTurn: String(newTokens),
    rows: String(tasks * groupSize),
    ...(backend === undefined ? {} : { backend }),
  };
  return resolveConfig(given, process.cwd());
}

/** Nothing ends an action before its last token, as on the other side. */
function withoutStops(environment: Environment): Environment {
  const { policy } = environment;
  const sampler: Sampler = {
    contextLength: policy.contextLength,
    open: (key) => {
      const sequence = policy.open(key);
      return {
        sample: (request) => sequence.sample({ ...request, stopTokenIds: [] }),
        close: () => sequence.close(),
      };
    },
  };
  return { ...environment, rollout: { ...environment.rollout, sampler } };
}

function shareOfTokens(group: TrajectoryGroup, wanted: ReadonlySet<number>) {
  const shares = group.trajectories.flatMap(({ turns }) =>
    turns.map(({ action: { tokenIds } }) => tokenIds.filter((id) => wanted.has(id)).length / tokenIds.length),
  );
  const splits = Int32Array.from({ length: group.trajectories.length + 1 }, (_, i) =>
    group.trajectories.slice(0, i).reduce((sum, { turns }) => sum + turns.length, 0),
  );
  const share = onLastTurn(Float64Array.from(shares), splits);
  return turnRewards(group, { parts: { share }, outcomes: new Float64Array(group.trajectories.length) });
}

function checkLengths(trajectories: readonly Trajectory[], { newTokens }: GrpoJob): void {
  for (const { turns } of trajectories) {
    const tokens = turns.reduce((sum, { action }) => sum + action.tokenIds.length, 0);
    if (tokens !== newTokens) throw new Error(`new tokens: ${newTokens}, got ${tokens}`);
  }
}

/** Prompts of one length, so that nobody pads. */
function sumTask(i: number): TrainerTask {
  const [a, b] = [10 + i, 99 - i];
  return taskOfRow({
    id: `sum-${i}`,
    family: 'sums',
    prompt: `Compute ${a}+${b}*3-17.`,
    tools: [{ name: 'js', maxCharacters: 200 }],
    verifier: { kind: 'number', expected: a + b * 3 - 17, tolerance: 0 },
  });
}
