import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { bootstrapRandom } from '../compare/bootstrap-random.js';
import { type ComparedRun, compareGroups } from '../compare/compare-groups.js';
import { comparisonText } from '../compare/comparison-text.js';
import { readOutcomes } from '../compare/read-outcomes.js';
import { configDifferences } from '../config/config-differences.js';
import type { TrainConfig } from '../config/train-config.js';
import { readRun } from '../run-directory/read-run.js';
import { UsageError } from '../usage-error.js';
import type { CommandContext } from './context.js';

interface LoadedRun extends ComparedRun {
  readonly config: TrainConfig;
}

interface Side {
  readonly label: string;
  readonly runs: readonly LoadedRun[];
}

const examples = `
Examples:
  turnwise compare runs/gtpo runs/grpo
  turnwise compare runs/gtpo-s1 runs/gtpo-s2 runs/gtpo-s3 --against runs/grpo-s1 runs/grpo-s2 runs/grpo-s3
  turnwise compare runs/gtpo-s1,runs/gtpo-s2 runs/grpo-s1,runs/grpo-s2 runs/outcome-s1,runs/outcome-s2

Without --against the first argument is compared with each of the others.`;

/** `turnwise compare`: paired differences of the accuracies after training, with their intervals. */
export function compareCommand(context: CommandContext): Command {
  return new Command('compare')
    .description('paired difference of finished runs on the same held-out tasks')
    .argument('<RUN...>', 'folders of runs; several seeds of one setting are joined by commas')
    .option('--against <RUN...>', 'the other side; the arguments before it are one side then')
    .option('--json', 'print one JSON object')
    .addHelpText('after', examples)
    .action(async (arguments_: string[], { against, json }: { against?: string[]; json?: boolean }) => {
      const pairs = await loadPairs(sidesOf(arguments_, against), context.cwd);
      const compared = pairs.map(([left, right]) => ({
        left: left.label,
        right: right.label,
        configDifferences: differingConfig(left, right),
        ...compareGroups(left.runs, right.runs, bootstrapRandom()),
      }));
      if (json === true) {
        context.stdout.write(`${JSON.stringify({ comparisons: compared })}\n`);
        return;
      }
      for (const comparison of compared) {
        const { left, right, configDifferences: config } = comparison;
        const lines = [`left:  ${left}`, `right: ${right}`, ...config, '', ...comparisonText(comparison), ''];
        context.stdout.write(lines.map((line) => `${line}\n`).join(''));
      }
    });
}

/** The pairs of sides to compare, each side a list of paths. */
function sidesOf(given: readonly string[], against: readonly string[] | undefined): [string[], string[]][] {
  const split = (text: string) => text.split(',').filter((part) => part !== '');
  if (against !== undefined) return [[given.flatMap(split), against.flatMap(split)]];
  const [first, ...others] = given.map(split);
  if (first === undefined || others.length === 0) {
    throw new UsageError('compare: expected at least two runs, got one; more runs, or --against RUN');
  }
  return others.map((other) => [first, other]);
}

async function loadPairs(pairs: readonly [string[], string[]][], cwd: string): Promise<[Side, Side][]> {
  const load = async (paths: readonly string[]): Promise<Side> => ({
    label: paths.join(', '),
    runs: await Promise.all(paths.map((path) => loadRun(path, cwd))),
  });
  return await Promise.all(
    pairs.map(async ([left, right]): Promise<[Side, Side]> => [await load(left), await load(right)]),
  );
}

async function loadRun(path: string, cwd: string): Promise<LoadedRun> {
  const directory = resolve(cwd, path);
  const { record } = await readRun(directory);
  return {
    path,
    seed: record.config.seed,
    config: record.config,
    tasksDigest: record.inputs.find(({ role }) => role === 'tasks')?.sha256 ?? null,
    outcomes: await readOutcomes(join(directory, 'evaluation.jsonl')),
  };
}

/** What the first runs of both sides were told differently, the seed aside. */
function differingConfig(left: Side, right: Side): string[] {
  return configDifferences(left.runs[0]?.config, right.runs[0]?.config)
    .filter(({ path }) => path !== 'seed')
    .map(
      ({ path, recorded, given }) => `  ${path}: ${JSON.stringify(recorded) ?? '-'} / ${JSON.stringify(given) ?? '-'}`,
    );
}
