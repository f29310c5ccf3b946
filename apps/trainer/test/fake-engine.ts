import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChosenBackend, Engine, TrainOptions } from '../src/commands/context.js';
import type { TrainConfig } from '../src/config/train-config.js';
import type {
  EvaluationMoment,
  EvaluationOutcome,
  EvaluationReport,
  Score,
  UpdateRecord,
} from '../src/train-observer.js';

const score = (correct: number, total: number): Score => ({
  accuracy: correct / total,
  correct,
  total,
  interval95: [0, 1],
});

const report = (correct: number): EvaluationReport => ({
  ...score(correct, 4),
  greedy: score(correct, 4),
  families: { math: { ...score(correct, 4), greedy: score(correct, 4) } },
});

const outcomes = (when: EvaluationMoment, correct: number): EvaluationOutcome[] =>
  (['sampled', 'greedy'] as const).flatMap((mode) =>
    [0, 1, 2, 3].map((task) => ({ when, mode, task: `t${task}`, family: 'math', correct: task < correct })),
  );

const record = (update: number): UpdateRecord => ({
  update,
  policyVersion: update,
  reward: update / 10,
  accuracy: update / 10,
  turns: 2,
  toolErrorRate: 0.25,
  zeroGradientFraction: 0.5,
  phantomGroupFraction: 0,
  families: {},
  events: [],
});

/** Stands for training: computes nothing, but writes, saves and reports as the real one does. */
export function fakeEngine(
  hooks: { readonly beforeUpdate?: (update: number) => void; readonly backend?: ChosenBackend } = {},
): Engine {
  return {
    chooseBackend: async () => hooks.backend ?? { name: 'native', passedOver: [] },
    train: (config, options) => train(config, options, hooks.beforeUpdate ?? (() => undefined)),
    evaluate: async () => report(3),
  };
}

async function train(config: TrainConfig, options: TrainOptions, beforeUpdate: (update: number) => void) {
  const { run, observer, signal } = options;
  const begin = run.state.update;
  observer.onStart({
    directory: run.path,
    algorithm: config.algorithm,
    backend: 'none',
    updates: config.updates,
    trajectoriesPerUpdate: 4,
    parameters: 820_000,
    families: ['math'],
    seed: config.seed,
    trainTasks: 10,
    evalTasks: 4,
    earlier: Array.from({ length: begin }, (_, index) => record(index + 1)),
  });
  if (begin === 0) await run.logs.evaluation.append(...outcomes('before', 1));
  let done = begin;
  for (let update = begin + 1; update <= config.updates && !signal.aborted; update++) {
    beforeUpdate(update);
    await run.logs.metrics.append(record(update));
    observer.onUpdate(record(update), {
      update,
      seconds: 1,
      sampledTokensPerSecond: 12_345,
      algorithmShare: 0.001,
      rssBytes: 1,
    });
    done = update;
  }
  const finished = done === config.updates;
  if (finished) await run.logs.evaluation.append(...outcomes('after', 3));
  const path = await run.checkpoint(done, (directory) => writeFile(join(directory, 'model.safetensors'), `${done}`));
  const evaluation = { before: report(1), ...(finished ? { after: report(3) } : {}) };
  const status = finished ? ('finished' as const) : ('interrupted' as const);
  await run.updateRecord({ status, evaluation });
  const summary = {
    status,
    directory: run.path,
    updates: done,
    trainingSeconds: done,
    algorithmShare: 0.001,
    evaluation,
    files: [{ label: 'checkpoint', path }],
  };
  observer.onEnd(summary);
  return summary;
}
