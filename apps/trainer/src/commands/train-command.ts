import { relative, resolve } from 'node:path';
import { Command } from 'commander';
import { type GivenOptions, resolveConfig } from '../config/resolve-config.js';
import { trainConfigSchema } from '../config/train-config.js';
import { camelCase, trainOptions } from '../config/train-options.js';
import { createRunDirectory } from '../run-directory/create-run-directory.js';
import type { CommandContext } from './context.js';
import { defaultOut } from './default-out.js';
import { loadRunModules } from './run-modules.js';
import { runToEnd } from './run-to-end.js';
import { backendNotice, defaultsFor } from './slow-backend.js';

/** Adds `--algorithm`, `--updates`, … as they stand in `trainOptions`, with the defaults of the config. */
export function addTrainOptions(command: Command): Command {
  const config = trainConfigSchema.parse({});
  const defaults: Readonly<Record<string, unknown>> = { ...config, ...config.reward, ...config.estimator };
  for (const { flag, placeholder, help } of trainOptions) {
    command.option(`--${flag} <${placeholder}>`, `${help}${defaultText(defaults[camelCase(flag)])}`);
  }
  return command;
}

function defaultText(value: unknown): string {
  if (typeof value === 'boolean') return ` (default ${value ? 'on' : 'off'})`;
  return typeof value === 'number' || typeof value === 'string' ? ` (default ${value})` : '';
}

/** `turnwise train`: a new run. */
export function trainCommand(context: CommandContext, finish: (code: number) => void): Command {
  return addTrainOptions(new Command('train'))
    .description('train a policy and show what it learned (the default command)')
    .option('--out <DIR>', 'folder of the run, new (default runs/DATE_ALGORITHM_SEED)')
    .option('--json', 'print the summary as the last line of stdout, everything else to stderr')
    .action(async ({ out, json: isJson, ...rest }: GivenOptions & { out?: string; json?: boolean }) => {
      const { cwd, now } = context;
      const given = rest as GivenOptions;
      const json = isJson === true;
      // Mistakes first: they take no backend to find.
      const wanted = resolveConfig(given, cwd);
      const { modules, inputs } = await loadRunModules(wanted, cwd);
      const backend = await (await context.engine()).chooseBackend(wanted);
      const notice = backendNotice(wanted.backend, backend);
      if (notice !== null) (json ? context.stderr : context.stdout).write(`${notice}\n`);
      const config = resolveConfig(given, cwd, defaultsFor(backend));

      const path =
        out === undefined ? defaultOut(cwd, config.algorithm, config.seed, new Date(now())) : resolve(cwd, out);
      const details = { startedAt: new Date(now()).toISOString() };
      const run = await createRunDirectory(path, { config, inputs, details });
      finish(await runToEnd(run, config, modules, { context, json, shownPath: shown(cwd, path) }));
    });
}

/** A path as one would type it from here. */
export function shown(cwd: string, path: string): string {
  const fromHere = relative(cwd, path);
  return fromHere === '' || fromHere.startsWith('..') ? path : fromHere;
}
