import type { TrainConfig } from '../config/train-config.js';
import { terminalOf } from '../display/terminal.js';
import { terminalDisplay } from '../display/terminal-display.js';
import type { RunDirectory } from '../run-directory/run-directory.js';
import type { CommandContext, RunModules } from './context.js';
import { exitCodes, listenForInterruption } from './interruption.js';

export interface RunToEndOptions {
  readonly context: CommandContext;
  readonly json: boolean;
  /** The run's folder as the user would type it. */
  readonly shownPath: string;
}

/** Trains an open run and closes it whatever comes; returns the exit code. */
export async function runToEnd(
  run: RunDirectory,
  config: TrainConfig,
  modules: RunModules,
  { context, json, shownPath }: RunToEndOptions,
): Promise<number> {
  const terminal = terminalOf(json ? context.stderr : context.stdout, context.environment);
  const interruption = listenForInterruption(context.process, (text) => terminal.line(text));
  try {
    const { train } = await context.engine();
    const observer = terminalDisplay(terminal, context.now);
    const summary = await train(config, { ...modules, observer, signal: interruption.signal, run });
    if (json) context.stdout.write(`${JSON.stringify(summary)}\n`);
    return summary.status === 'interrupted' ? exitCodes.interrupted : exitCodes.ok;
  } catch (error) {
    terminal.line();
    const wayOn =
      run.checkpointPath === null
        ? `Nothing was saved yet; ${shownPath} can be removed.`
        : `What was saved is in ${shownPath}: turnwise resume ${shownPath}`;
    throw new Error(`${reasonOf(error as NodeJS.ErrnoException)}\n${wayOn}`, { cause: error });
  } finally {
    interruption.dispose();
    await run.close();
  }
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  return code === 'ENOSPC' ? `the disk is full: ${message}` : message;
}
