import { resolve } from 'node:path';
import { Command } from 'commander';
import { configDifferences, describeDifference } from '../config/config-differences.js';
import { type GivenOptions, resolveConfig } from '../config/resolve-config.js';
import { camelCase, trainOptions } from '../config/train-options.js';
import { openForResume } from '../run-directory/open-for-resume.js';
import { readRun } from '../run-directory/read-run.js';
import { UsageError } from '../usage-error.js';
import type { CommandContext } from './context.js';
import { exitCodes } from './interruption.js';
import { loadRunModules } from './run-modules.js';
import { runToEnd } from './run-to-end.js';
import { addTrainOptions, shown } from './train-command.js';

/** `turnwise resume RUN`: goes on from the last checkpoint as if nothing had happened. */
export function resumeCommand(context: CommandContext, finish: (code: number) => void): Command {
  return addTrainOptions(new Command('resume'))
    .description('go on with a run that was interrupted, from its last checkpoint')
    .argument('<RUN>', 'folder of the run')
    .option('--json', 'print the summary as the last line of stdout, everything else to stderr')
    .addHelpText('after', '\nOptions of train may be given again; they must be those of the run.')
    .action(async (path: string, { json, ...given }: GivenOptions & { json?: boolean }) => {
      const { cwd } = context;
      const directory = resolve(cwd, path);
      const { record } = await readRun(directory);
      refuseOtherOptions(directory, record.config, given as GivenOptions, cwd);
      if (record.status === 'finished') {
        (json === true ? context.stderr : context.stdout).write(`${path} is finished: nothing to resume.\n`);
        if (json === true) context.stdout.write(`${JSON.stringify({ directory, status: 'finished' })}\n`);
        finish(exitCodes.ok);
        return;
      }
      const run = await openForResume(directory);
      const { config } = run.record;
      const { modules } = await loadRunModules(config, cwd).catch(async (error: Error) => {
        await run.close();
        throw error;
      });
      finish(await runToEnd(run, config, modules, { context, json: json === true, shownPath: shown(cwd, directory) }));
    });
}

/** Compares only what was given: the rest of the given config is defaults, which the run need not have. */
function refuseOtherOptions(directory: string, recorded: object, given: GivenOptions, cwd: string): void {
  const names = trainOptions.map(({ flag }) => camelCase(flag)).filter((name) => given[name] !== undefined);
  if (names.length === 0) return;
  const algorithm = given['algorithm'] ?? (recorded as { algorithm: string }).algorithm;
  const config: Readonly<Record<string, unknown>> = resolveConfig({ ...given, algorithm }, cwd);
  const differences = configDifferences(recorded, config).filter(({ path }) => concerns(path, names));
  if (differences.length === 0) return;
  throw new UsageError(
    `${directory}: not the config this run began with:\n  ${differences.map(describeDifference).join('\n  ')}\nResume it unchanged, or start a new run.`,
  );
}

/** Whether a path of the config, e.g. `estimator.discount`, is set by one of the options. */
function concerns(path: string, names: readonly string[]): boolean {
  const [top = '', leaf = ''] = path.split('.');
  return names.includes(leaf) || names.includes(top);
}
