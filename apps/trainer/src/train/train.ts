import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PolicyAlgorithm } from '@turnwise/gtpo';
import { parameterCount } from '@turnwise/policy';
import type { TrainOptions } from '../commands/context.js';
import { bootstrapRandom } from '../compare/bootstrap-random.js';
import { pairedGain } from '../compare/paired-gain.js';
import type { TrainConfig } from '../config/train-config.js';
import type { RunDirectory } from '../run-directory/run-directory.js';
import type { TrainerTask } from '../tasks/task-schema.js';
import type {
  EvaluationMoment,
  EvaluationOutcome,
  EvaluationReport,
  RunEvent,
  RunSummary,
  TelemetryRecord,
  UpdateRecord,
} from '../train-observer.js';
import { algorithmOfConfig } from './algorithm-of-config.js';
import { baseOf, policyDirectory } from './base-directory.js';
import { type Environment, openEnvironment } from './environment.js';
import { evaluateRun } from './evaluate-run.js';
import { groundEvents } from './ground-events.js';
import { recordedDivision } from './open-backend.js';
import { runDetails } from './run-details.js';
import { storedTrajectories } from './stored-trajectories.js';
import { openTaskSource, type TaskSource } from './task-source.js';
import { telemetryRecord } from './telemetry-record.js';
import { trainUpdate } from './train-update.js';
import { updateRecord } from './update-record.js';

interface Session extends TrainOptions {
  readonly config: TrainConfig;
  readonly environment: Environment;
  readonly algorithm: PolicyAlgorithm<TrainerTask>;
  readonly source: TaskSource;
}

/**
 * Trains: evaluates, updates `config.updates` times with a checkpoint every so often, evaluates again. A run that was
 * cut off goes on at its last checkpoint and writes the metrics it would have written. It ends by its number of
 * updates, never by the clock.
 */
export async function train(config: TrainConfig, options: TrainOptions): Promise<RunSummary> {
  const { run } = options;
  const source = openTaskSource(config, options.tasks);
  const environment = await openEnvironment(config, run.checkpointPath ?? policyDirectory(config), {
    resume: run.checkpointPath !== null,
    recorded: recordedDivision(run.record),
    ...(run.checkpointPath === null ? {} : baseOf(config)),
  });
  try {
    const algorithm = algorithmOfConfig(config, {
      verifier: environment.verifier,
      definitions: environment.rollout.tools.definitions,
      modules: options,
    });
    return await runSession({ ...options, config, environment, algorithm, source });
  } finally {
    await environment.close();
  }
}

async function runSession(session: Session): Promise<RunSummary> {
  const { config, run, environment, observer, signal, source } = session;
  const details = runDetails(config, environment);
  const ground = groundEvents(run.record, details);
  await run.updateRecord({ status: 'running', ...details });
  observer.onStart({
    directory: run.path,
    algorithm: config.algorithm,
    backend: environment.backend.name,
    updates: config.updates,
    trajectoriesPerUpdate: config.tasksPerUpdate * config.groupSize,
    parameters: parameterCount(environment.policy.config),
    families: source.families,
    seed: config.seed,
    trainTasks: source.trainTasks,
    evalTasks: source.heldOut.length,
    earlier: await readLines<UpdateRecord>(run.logs.metrics.path),
  });
  for (const event of ground) observer.onEvent({ ...event, update: null });
  if (environment.text.format !== 'tagged') observer.onEvent(rendererEvent(environment.text));
  const before = run.checkpointPath === null ? await evaluateAndSave(session, 'before') : savedReport(run, 'before');
  if (run.checkpointPath === null && !signal.aborted) await checkpoint(session, 0);

  const begin = run.state.update;
  let update = begin;
  while (update < config.updates && !signal.aborted) {
    if (!(await oneUpdate(session, update + 1, update === begin ? ground : []))) break;
    update += 1;
    if (update % config.checkpointEvery === 0 || update === config.updates) await checkpoint(session, update);
  }
  if (signal.aborted) {
    if (run.checkpointPath !== null && run.state.update < update) await checkpoint(session, update);
    return finish(session, 'interrupted', update, before, null);
  }
  const after = await evaluateAndSave(session, 'after');
  return finish(session, signal.aborted ? 'interrupted' : 'finished', update, before, signal.aborted ? null : after);
}

/**
 * Returns whether the update was done; `false` when the signal came first. The metrics keep `earlier` events, which were
 * told before, with the update's own.
 */
async function oneUpdate(
  session: Session,
  update: number,
  earlier: readonly Omit<RunEvent, 'update'>[],
): Promise<boolean> {
  const { config, environment, algorithm, run, observer, signal, source } = session;
  const start = performance.now();
  const first = (update - 1) * config.tasksPerUpdate;
  const ordinals = Array.from({ length: config.tasksPerUpdate }, (_, i) => first + i);
  const trained = await trainUpdate(environment, algorithm, config, {
    update,
    tasks: ordinals.map((ordinal) => source.training(ordinal)),
    ordinals,
    run: run.record.name,
    signal,
  });
  if (trained === null) return false;
  const metrics = updateRecord({ ...trained, update, events: [...earlier, ...trained.events] });
  const stored = storedTrajectories(trained, update);
  const telemetry = telemetryRecord(trained, environment, { update, seconds: (performance.now() - start) / 1000 });
  await run.logs.metrics.append(metrics);
  await run.logs.trajectories.append(...stored);
  await run.logs.telemetry.append(telemetry);
  observer.onUpdate(metrics, telemetry);
  for (const event of trained.events) observer.onEvent({ ...event, update });
  return true;
}

/** How a policy that is not ours reads and writes was found out, and is told. */
const rendererEvent = ({ format, reasons }: Environment['text']): RunEvent => ({
  kind: 'renderer',
  message: `conversations are written by the policy's chat template, calls read as ${format}: ${reasons.join(' ')}`,
  update: null,
  level: 'note',
});

/** The checkpoint is a whole policy: weights, optimizer, tokenizer. */
async function checkpoint({ run, environment, observer }: Session, update: number): Promise<void> {
  const path = await run.checkpoint(update, (directory) => environment.policy.save(directory));
  observer.onCheckpoint(update, path);
}

async function evaluateAndSave(session: Session, when: EvaluationMoment): Promise<EvaluationReport | null> {
  const { run, source, config } = session;
  if (source.heldOut.length === 0) return null;
  const report = await evaluateRun(session, when, source.heldOut, config);
  if (report === null) return null;
  await run.updateRecord({ evaluation: { ...evaluationOf(run), [when]: report } });
  session.observer.onEvaluation(when, report);
  return report;
}

type SavedEvaluation = { readonly before?: EvaluationReport; readonly after?: EvaluationReport };

const evaluationOf = (run: RunDirectory) => (run.record['evaluation'] ?? {}) as SavedEvaluation;

function savedReport(run: RunDirectory, when: EvaluationMoment): EvaluationReport | null {
  return evaluationOf(run)[when] ?? null;
}

async function finish(
  { run, observer }: Session,
  status: RunSummary['status'],
  updates: number,
  before: EvaluationReport | null,
  after: EvaluationReport | null,
): Promise<RunSummary> {
  const telemetry = (await readLines<TelemetryRecord>(run.logs.telemetry.path)).filter(
    ({ update }) => update <= updates,
  );
  const trainingSeconds = telemetry.reduce((sum, { seconds }) => sum + seconds, 0);
  const algorithmSeconds = telemetry.reduce((sum, { seconds, algorithmShare }) => sum + seconds * algorithmShare, 0);
  const algorithmShare = trainingSeconds === 0 ? 0 : algorithmSeconds / trainingSeconds;
  await run.updateRecord({ status, updates, trainingSeconds, algorithmShare });
  const summary: RunSummary = {
    status,
    directory: run.path,
    updates,
    trainingSeconds,
    algorithmShare,
    evaluation: { ...(before === null ? {} : { before }), ...(after === null ? {} : { after }) },
    ...(after === null ? {} : { gains: await gainsOf(run) }),
    files: filesOf(run),
  };
  observer.onEnd(summary);
  return summary;
}

/** The paired gains on the held-out tasks. */
async function gainsOf(run: RunDirectory): Promise<NonNullable<RunSummary['gains']>> {
  const outcomes = await readLines<EvaluationOutcome>(run.logs.evaluation.path);
  const rng = bootstrapRandom();
  return { sampled: pairedGain(outcomes, 'sampled', rng), greedy: pairedGain(outcomes, 'greedy', rng) };
}

function filesOf(run: RunDirectory): RunSummary['files'] {
  const { checkpointPath } = run;
  return [
    ...(checkpointPath === null ? [] : [{ label: 'checkpoint', path: checkpointPath }]),
    { label: 'trajectories', path: run.logs.trajectories.path },
    { label: 'metrics', path: run.logs.metrics.path },
    { label: 'telemetry', path: run.logs.telemetry.path },
    { label: 'evaluation', path: run.logs.evaluation.path },
    { label: 'run', path: join(run.path, 'run.json') },
  ];
}

async function readLines<T>(path: string): Promise<T[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}
