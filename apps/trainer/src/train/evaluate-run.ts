import type { TrainConfig } from '../config/train-config.js';
import type { RunDirectory } from '../run-directory/run-directory.js';
import type { TrainerTask } from '../tasks/task-schema.js';
import { expectedAnswer } from '../tasks/verifier.js';
import type {
  EvaluationMode,
  EvaluationMoment,
  EvaluationReport,
  RunEvent,
  ShownTrajectory,
  TrainObserver,
} from '../train-observer.js';
import type { Environment } from './environment.js';
import { type Evaluation, evaluate } from './evaluate.js';
import { evaluationReport } from './evaluation-report.js';

/** The held-out tasks are sampled with this seed in every run, so that runs and moments compare pair by pair. */
export const EVALUATION_SEED = 1;

export interface EvaluateRunContext {
  readonly environment: Environment;
  readonly run: RunDirectory;
  readonly observer: TrainObserver;
  readonly signal: AbortSignal;
}

/**
 * Evaluates sampled and greedy, writes `evaluation.jsonl`, keeps events in `run.json`, and shows one trajectory: before,
 * of the first task that was answered wrong; after, of that same task. Returns `null` when the signal ended it.
 */
export async function evaluateRun(
  { environment, run, observer, signal }: EvaluateRunContext,
  when: EvaluationMoment,
  tasks: readonly TrainerTask[],
  { maxTurns, maxTokensPerTurn }: TrainConfig,
): Promise<EvaluationReport | null> {
  const modes: readonly EvaluationMode[] = ['sampled', 'greedy'];
  const evaluations: Evaluation[] = [];
  const events: RunEvent[] = [];
  for (const mode of modes) {
    const evaluation = await evaluate(tasks, environment.rollout, environment.verifier, {
      when,
      mode,
      seed: EVALUATION_SEED,
      maxTurns,
      maxTokensPerTurn,
      signal,
      onProgress: (done, total) => observer.onProgress({ label: `evaluating ${when}, ${mode}`, done, total }),
    });
    if (signal.aborted) return null;
    const own = eventsOf(evaluation, `evaluating ${when}, ${mode}`);
    for (const event of own) observer.onEvent(event);
    events.push(...own);
    evaluations.push(evaluation);
  }
  const outcomes = evaluations.flatMap((evaluation) => evaluation.outcomes);
  await run.logs.evaluation.append(...outcomes);
  if (events.length > 0) await run.updateRecord({ evaluationEvents: [...eventsBefore(run), ...events] });
  const [sampled] = evaluations;
  if (sampled !== undefined) await show(sampled, when, tasks, { run, observer });
  return evaluationReport(outcomes);
}

const eventsBefore = (run: RunDirectory) => (run.record['evaluationEvents'] ?? []) as RunEvent[];

function eventsOf({ failures, timeouts }: Evaluation, label: string): RunEvent[] {
  const event = (n: number, kind: string, message: string): RunEvent[] =>
    n === 0 ? [] : [{ kind, message: `${label}: ${n} ${message}`, update: null, level: 'warning' }];
  return [
    ...event(failures, 'evaluation-failure', 'trajectories could not be judged and are left out'),
    ...event(timeouts, 'tool-timeout', 'tool calls ran into the wall clock: the run may not repeat to the byte'),
  ];
}

/** `run.json` keeps which task is shown, so that a run that goes on later shows the same. */
async function show(
  { outcomes, trajectories }: Evaluation,
  when: EvaluationMoment,
  tasks: readonly TrainerTask[],
  { run, observer }: Pick<EvaluateRunContext, 'run' | 'observer'>,
): Promise<void> {
  const shownTask = run.record['shownTask'] ?? outcomes.find(({ correct }) => !correct)?.task ?? tasks[0]?.id;
  const index = tasks.findIndex(({ id }) => id === shownTask);
  const task = tasks[index];
  const trajectory = trajectories[index];
  if (task === undefined || trajectory === undefined) return;
  await run.updateRecord({ shownTask });
  const correct = outcomes.find((outcome) => outcome.task === task.id)?.correct ?? false;
  const shown: ShownTrajectory = { task, trajectory, correct, expected: expectedAnswer(task) };
  observer.onTrajectory(when, shown);
}
