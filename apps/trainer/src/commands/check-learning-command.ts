import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { bootstrapRandom } from '../compare/bootstrap-random.js';
import { compareGroups } from '../compare/compare-groups.js';
import { comparisonText } from '../compare/comparison-text.js';
import { readOutcomes } from '../compare/read-outcomes.js';
import { resolveConfig } from '../config/resolve-config.js';
import { flagOf } from '../config/train-options.js';
import { alignedLine, fittedColumns } from '../display/columns.js';
import { duration, percent } from '../display/numbers.js';
import { type Terminal, terminalOf } from '../display/terminal.js';
import {
  type FinishedRun,
  learningVerdicts,
  points,
  type RunGain,
  runGain,
  SETTINGS,
  type Setting,
} from '../learning/learning-verdict.js';
import { madeOtherwise } from '../learning/made-otherwise.js';
import { readRun } from '../run-directory/read-run.js';
import { UsageError } from '../usage-error.js';
import type { ChosenBackend, CommandContext } from './context.js';
import { exitCodes } from './interruption.js';
import { loadRunModules } from './run-modules.js';
import { defaultsFor } from './slow-backend.js';

interface CheckLearningFlags {
  readonly seeds: string;
  readonly out: string;
  readonly settings: string;
  readonly json?: boolean;
}

/** `turnwise check-learning`: trains the default, its control and GRPO on several seeds and holds the gains to the bars. */
export function checkLearningCommand(context: CommandContext, finish: (code: number) => void): Command {
  return new Command('check-learning')
    .description('train GTPO, its format-only control and GRPO over seeds, and hold the gains against the bars')
    .option('--seeds <LIST>', 'seeds, comma separated', '1,2,3')
    .option('--settings <LIST>', 'of gtpo, format only, grpo', SETTINGS.map(({ name }) => name).join(','))
    .option('--out <DIR>', 'folder of the runs; finished ones in it are not run again', 'runs/check-learning')
    .option('--json', 'print the result as the last line of stdout, everything else to stderr')
    .action(async ({ seeds, out, settings, json = false }: CheckLearningFlags) => {
      const terminal = terminalOf(json ? context.stderr : context.stdout, context.environment);
      const plans = plansOf(settingsOf(settings), seedsOf(seeds), resolve(context.cwd, out));
      for (const plan of plans) await refuseStale(plan, context);
      const runs: FinishedRun[] = [];
      for (const plan of plans) {
        terminal.line(`${plan.setting.name}, seed ${plan.seed}: ${plan.directory}`);
        runs.push(await trainOnce(plan, json));
      }
      const rng = bootstrapRandom();
      const gains = runs.map((run) => runGain(run, rng));
      const verdicts = learningVerdicts(gains);
      writeTable(terminal, gains);
      writeComparison(terminal, runs, rng);
      for (const { rule, found, holds } of verdicts) terminal.line(`${holds ? 'holds' : 'FAILS'}  ${rule}: ${found}`);
      const holds = verdicts.every((verdict) => verdict.holds);
      if (json) context.stdout.write(`${JSON.stringify({ holds, verdicts, gains })}\n`);
      finish(holds ? exitCodes.ok : exitCodes.failure);
    });
}

const CLI = fileURLToPath(new URL('../cli.js', import.meta.url));

/** One run of the check: what is trained, and where it lies. */
interface Plan {
  readonly setting: Setting;
  readonly seed: number;
  readonly directory: string;
}

function plansOf(settings: readonly Setting[], seeds: readonly number[], out: string): Plan[] {
  return seeds.flatMap((seed) =>
    settings.map((setting) => ({
      setting,
      seed,
      directory: join(out, `${setting.name.replaceAll(' ', '-')}-s${seed}`),
    })),
  );
}

function settingsOf(text: string): Setting[] {
  const names = text.split(',');
  const unknown = names.find((given) => !SETTINGS.some(({ name }) => name === given));
  if (unknown !== undefined) {
    throw new UsageError(`--settings: must be of ${SETTINGS.map(({ name }) => name).join(', ')}, got "${unknown}"`);
  }
  return SETTINGS.filter(({ name }) => names.includes(name));
}

function seedsOf(text: string): number[] {
  const seeds = text.split(',');
  const wrong = seeds.find((seed, i) => !/^\d+$/.test(seed) || seeds.indexOf(seed) !== i);
  if (wrong !== undefined) throw new UsageError(`--seeds: must be whole numbers, each once, got "${wrong}"`);
  return seeds.map(Number);
}

/** A run of another config or of another base would be reported as one of this. */
async function refuseStale({ setting, seed, directory }: Plan, { cwd }: CommandContext): Promise<void> {
  if (!existsSync(directory)) return;
  const { record } = await readRun(directory);
  const backend = (record['backend'] as ChosenBackend | undefined)?.name ?? 'native';
  const config = resolveConfig({ ...setting.options, seed: String(seed) }, cwd, defaultsFor({ name: backend }));
  const { inputs } = await loadRunModules(config, cwd);
  const differences = madeOtherwise(record, config, inputs);
  if (differences.length === 0) return;
  throw new UsageError(
    `${directory}: a run that was made otherwise:\n  ${differences.join('\n  ')}\nRemove it, or choose another --out.`,
  );
}

/** Trains in a process of its own, goes on with a run that was cut off, or takes a finished one as it is. */
async function trainOnce({ setting, seed, directory }: Plan, quiet: boolean): Promise<FinishedRun> {
  const status = existsSync(directory) ? (await readRun(directory)).record.status : null;
  const options = Object.entries(setting.options).flatMap(([name, value]) => [flagOf(name), value]);
  if (status === null) await turnwise(['train', ...options, '--seed', String(seed), '--out', directory], quiet);
  else if (status !== 'finished') await turnwise(['resume', directory], quiet);
  const { record } = await readRun(directory);
  return {
    setting: setting.name,
    seed,
    outcomes: await readOutcomes(join(directory, 'evaluation.jsonl')),
    trainingSeconds: Number(record['trainingSeconds']),
    algorithmShare: Number(record['algorithmShare']),
  };
}

async function turnwise(args: readonly string[], quiet: boolean): Promise<void> {
  const stdout = quiet ? process.stderr : 'inherit';
  const child = spawn(process.execPath, [CLI, ...args], { stdio: ['ignore', stdout, 'inherit'] });
  const code = await new Promise<number | null>((done, failed) => child.on('error', failed).on('exit', done));
  if (code !== 0) throw new Error(`turnwise ${args.join(' ')}: ended with exit code ${code}`);
}

/** GTPO less GRPO on the same tasks and seeds: reported with its intervals, not judged. */
function writeComparison(terminal: Terminal, runs: readonly FinishedRun[], rng: () => number): void {
  const of = (name: Setting['name']) =>
    runs
      .filter(({ setting }) => setting === name)
      .map(({ seed, outcomes }) => ({ path: `${name}, seed ${seed}`, seed, tasksDigest: null, outcomes }));
  const [gtpo, grpo] = [of('gtpo'), of('grpo')];
  if (gtpo.length === 0 || grpo.length === 0) return;
  terminal.line('\ngtpo (left) against grpo (right), after training');
  for (const line of comparisonText(compareGroups(gtpo, grpo, rng))) terminal.line(line);
  terminal.line();
}

function writeTable(terminal: Terminal, gains: readonly RunGain[]): void {
  const families = Object.keys(gains[0]?.families ?? {});
  const titles = [
    'setting',
    'seed',
    'before',
    'after',
    'sampled gain',
    'greedy gain',
    ...families,
    'training',
    'algorithm',
  ];
  const interval = ({ mean, low, high }: RunGain['sampled']) =>
    `${points(mean).replace(' points', '')} [${(100 * low).toFixed(1)}, ${(100 * high).toFixed(1)}]`;
  const rows = gains.map((gain) => [
    gain.setting,
    String(gain.seed),
    percent(gain.before),
    percent(gain.after),
    interval(gain.sampled),
    interval(gain.greedy),
    ...families.map((family) => points(gain.families[family] ?? 0).replace(' points', '')),
    duration(gain.trainingSeconds),
    `${(100 * gain.algorithmShare).toFixed(2)} %`,
  ]);
  const columns = fittedColumns(titles, rows);
  for (const cells of [titles, ...rows]) terminal.line(alignedLine(columns, cells));
}
