import { UsageError } from '../usage-error.js';

/** The exit codes of the command line; documented in `--help`. */
export const exitCodes = { ok: 0, failure: 1, usage: 2, interrupted: 130 } as const;

/** The part of `process` that interruptions need. */
export interface SignalSource {
  on(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP', listener: () => void): unknown;
  off(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP', listener: () => void): unknown;
  exit(code: number): void;
}

export interface Interruption {
  /** Aborted by the first Ctrl-C (or SIGTERM, SIGHUP). */
  readonly signal: AbortSignal;
  /** Stops listening. */
  dispose(): void;
}

/**
 * The first Ctrl-C asks the run to finish its update and save, the second ends the process at once with code 130:
 * the last checkpoint stays whole either way.
 */
export function listenForInterruption(source: SignalSource, tell: (text: string) => void): Interruption {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) {
      source.exit(exitCodes.interrupted);
      return;
    }
    tell('Interrupted: finishing this update, then saving. Once more ends at once.');
    controller.abort(new UsageError('interrupted'));
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) source.on(signal, interrupt);
  return {
    signal: controller.signal,
    dispose() {
      for (const signal of signals) source.off(signal, interrupt);
    },
  };
}
