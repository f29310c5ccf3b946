import type {
  EvaluationMoment,
  EvaluationReport,
  Progress,
  RunEvent,
  RunStart,
  RunSummary,
  ShownTrajectory,
  TelemetryRecord,
  TrainObserver,
  UpdateRecord,
} from '../train-observer.js';
import { accuracyChart } from './accuracy-chart.js';
import { evaluationTable } from './evaluation-table.js';
import { compact, duration, percentInterval, points } from './numbers.js';
import type { Terminal } from './terminal.js';
import { trajectoryText } from './trajectory-text.js';
import { updateHeader, updateRow } from './update-table.js';

const HEADER_EVERY = 20;
/** Updates whose mean duration foretells the time left. */
const RECENT = 10;

/** Shows a run in a terminal: a table that grows by one line per update, evaluations, trajectories, a chart, files. */
export function terminalDisplay(terminal: Terminal, now: () => number): TrainObserver {
  const { colours } = terminal;
  const accuracies: number[] = [];
  const seconds: number[] = [];
  let updates = 0;
  let rows = 0;
  let progressSince = now();

  const table = (lines: readonly string[]) => {
    const [header = '', ...rest] = lines;
    terminal.line();
    terminal.line(colours.bold(header));
    for (const line of rest) terminal.line(line);
    terminal.line();
  };
  const heading = (text: string) => {
    terminal.line();
    terminal.line(colours.bold(text));
  };

  return {
    onStart(start: RunStart) {
      updates = start.updates;
      accuracies.push(...start.earlier.map(({ accuracy }) => accuracy));
      for (const line of startText(start)) terminal.line(line);
    },

    onUpdate(metrics: UpdateRecord, telemetry: TelemetryRecord) {
      accuracies.push(metrics.accuracy);
      seconds.push(telemetry.seconds);
      const recent = seconds.slice(-RECENT);
      const secondsLeft = (recent.reduce((sum, value) => sum + value, 0) / recent.length) * (updates - metrics.update);
      if (rows++ % HEADER_EVERY === 0) terminal.line(updateHeader(terminal));
      terminal.line(updateRow(terminal, metrics, telemetry, { updates, secondsLeft }));
    },

    onProgress({ label, done, total }: Progress) {
      if (done === 0) {
        progressSince = now();
        if (!terminal.interactive) terminal.line(`${label} ...`);
      }
      if (done < total) {
        terminal.status(`${label}: ${done} of ${total}`);
        return;
      }
      terminal.line(colours.dim(`${label}: ${total} in ${duration((now() - progressSince) / 1000)}`));
    },

    onEvaluation(when: EvaluationMoment, report: EvaluationReport) {
      // The table with both follows at the end.
      if (when === 'before') table(evaluationTable(report));
    },

    onTrajectory(when: EvaluationMoment, shown: ShownTrajectory) {
      heading(`A trajectory ${when} training`);
      for (const line of trajectoryText(shown)) terminal.line(line);
    },

    onCheckpoint(update: number, path: string) {
      terminal.status(`saved update ${update}: ${path}`);
    },

    onEvent({ message, update, level }: RunEvent) {
      const text = update === null ? message : `update ${update}: ${message}`;
      terminal.line(level === 'warning' ? colours.yellow(`warning: ${text}`) : colours.dim(text));
    },

    onEnd(summary: RunSummary) {
      if (accuracies.length > 1) {
        heading('Accuracy of the trajectories sampled in training');
        const width = Math.max(20, Math.min(80, terminal.columns - 10));
        for (const line of accuracyChart(accuracies, { unicode: terminal.unicode, width })) terminal.line(line);
      }
      const { before, after } = summary.evaluation;
      if (before !== undefined && after !== undefined) table(evaluationTable(before, after));
      for (const line of summaryText(summary)) terminal.line(line);
    },
  };
}

function startText(start: RunStart): string[] {
  const { directory, algorithm, backend, parameters, families, trainTasks, evalTasks, earlier, seed } = start;
  return [
    `${algorithm}, seed ${seed}, ${start.updates} updates of ${start.trajectoriesPerUpdate} trajectories; ${compact(parameters)} parameters on ${backend}`,
    `${trainTasks === Number.POSITIVE_INFINITY ? 'generated' : trainTasks} training and ${evalTasks} held-out tasks: ${families.join(', ')}`,
    `writing to ${directory}${earlier.length === 0 ? '' : `, going on after update ${earlier.length}`}`,
  ];
}

function summaryText({
  status,
  directory,
  updates,
  trainingSeconds,
  algorithmShare,
  gains,
  files,
}: RunSummary): string[] {
  const gain = ({ mean, low, high }: { mean: number; low: number; high: number }) =>
    `${points(mean)} points ${percentInterval(low, high)}`;
  const width = Math.max(0, ...files.map(({ label }) => label.length));
  return [
    ...(gains === undefined
      ? []
      : [`Gain on the same held-out tasks, paired 95 %: sampled ${gain(gains.sampled)}, greedy ${gain(gains.greedy)}`]),
    `${updates} updates, ${duration(trainingSeconds)} of training; the algorithm itself took ${(100 * algorithmShare).toFixed(2)} % of it`,
    ...files.map(({ label, path }) => `  ${label.padEnd(width)}  ${path}`),
    ...(status === 'interrupted' ? [`Interrupted and saved. Go on with: turnwise resume ${directory}`] : []),
  ];
}
