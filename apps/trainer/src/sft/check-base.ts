import { passAtK } from '@turnwise/advantages';
import type { TrainConfig } from '../config/train-config.js';
import { FAMILIES, heldOutTasks } from '../tasks/families.js';
import { taskOfRow } from '../tasks/task-schema.js';
import { openEnvironment } from '../train/environment.js';
import { type EvaluateOptions, evaluate } from '../train/evaluate.js';
import { EVALUATION_SEED } from '../train/evaluate-run.js';
import type { TaskOutcome } from '../train/evaluation-report.js';

/** What the shipped base must be: weak in strategy, sound in format. */
export const BASE_BARS = {
  /** Least share of valid calls. */
  validCalls: 0.9,
  /** Range of the sampled accuracy of every family. */
  sampled: [0.25, 0.45],
  /** The greedy accuracy of every family lies below. */
  greedy: 0.5,
  /** The pass@8 of every family lies above. */
  passAt8: 0.8,
  /** Greatest accuracy of every family when all calls are answered by an error. */
  withoutTools: 0.1,
} as const;

export interface FamilyCheck {
  readonly family: string;
  readonly sampled: number;
  readonly greedy: number;
  readonly passAt8: number;
  readonly validCalls: number;
  readonly withoutTools: number;
  /** Whether all bars hold. */
  readonly holds: boolean;
}

export interface BaseCheck {
  readonly families: readonly FamilyCheck[];
  readonly holds: boolean;
}

export interface CheckBaseOptions
  extends Pick<TrainConfig, 'backend' | 'rows' | 'shards' | 'threads' | 'maxTurns' | 'maxTokensPerTurn'> {
  /** Held-out tasks per family. */
  readonly evalTasks: number;
  readonly signal: AbortSignal;
  readonly onProgress: (label: string, done: number, total: number) => void;
}

const SAMPLES = 8;

/** Measures a base policy on the held-out tasks: sampled 8 times, greedy, and without tools. */
export async function checkBase(directory: string, options: CheckBaseOptions): Promise<BaseCheck> {
  const tasks = heldOutTasks(options.evalTasks).map(taskOfRow);
  const environment = await openEnvironment({ ...options, learningRate: 0 }, directory);
  try {
    const run = async (
      label: string,
      given: Pick<EvaluateOptions, 'mode' | 'samples'>,
      parts = environment.rollout,
    ) => {
      const { outcomes } = await evaluate(tasks, parts, environment.verifier, {
        ...given,
        when: 'before',
        seed: EVALUATION_SEED,
        maxTurns: options.maxTurns,
        maxTokensPerTurn: options.maxTokensPerTurn,
        signal: options.signal,
        onProgress: (done, total) => options.onProgress(label, done, total),
      });
      return outcomes;
    };
    const sampled = await run(`sampled ${SAMPLES} times`, { mode: 'sampled', samples: SAMPLES });
    const greedy = await run('greedy', { mode: 'greedy' });
    const withoutTools = await run('without tools', { mode: 'sampled' }, environment.withoutTools);
    const families = FAMILIES.map(({ name }) => familyCheck(name, sampled, greedy, withoutTools));
    return { families, holds: families.every((family) => family.holds) };
  } finally {
    await environment.close();
  }
}

function familyCheck(
  family: string,
  sampledAll: readonly TaskOutcome[],
  greedyAll: readonly TaskOutcome[],
  withoutToolsAll: readonly TaskOutcome[],
): FamilyCheck {
  const own = (outcomes: readonly TaskOutcome[]) => outcomes.filter((outcome) => outcome.family === family);
  const sampled = own(sampledAll);
  const check = {
    family,
    sampled: accuracy(sampled),
    greedy: accuracy(own(greedyAll)),
    passAt8: meanPassAtK(sampled),
    validCalls: sum(sampled, ({ validCalls }) => validCalls) / sum(sampled, ({ calls }) => calls),
    withoutTools: accuracy(own(withoutToolsAll)),
  };
  return { ...check, holds: holds(check) };
}

function holds({ sampled, greedy, passAt8, validCalls, withoutTools }: Omit<FamilyCheck, 'holds'>): boolean {
  const [low, high] = BASE_BARS.sampled;
  return (
    sampled >= low &&
    sampled <= high &&
    greedy < BASE_BARS.greedy &&
    passAt8 > BASE_BARS.passAt8 &&
    validCalls >= BASE_BARS.validCalls &&
    withoutTools <= BASE_BARS.withoutTools
  );
}

function meanPassAtK(outcomes: readonly TaskOutcome[]): number {
  const byTask = Map.groupBy(outcomes, ({ task }) => task);
  const estimates = [...byTask.values()]
    .filter((own) => own.length >= SAMPLES)
    .map((own) => passAtK(own.length, own.filter(({ correct }) => correct).length, SAMPLES));
  return sum(estimates, (estimate) => estimate) / estimates.length;
}

const accuracy = (outcomes: readonly TaskOutcome[]) =>
  outcomes.filter(({ correct }) => correct).length / outcomes.length;
const sum = <T>(items: readonly T[], value: (item: T) => number) =>
  items.reduce((total, item) => total + value(item), 0);
