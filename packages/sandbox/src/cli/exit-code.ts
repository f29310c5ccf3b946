import type { RunErrorKind } from '../run-result.js';

/** How the command ends. The numbers are part of what it promises. */
export const exitCodes = {
  ok: 0,
  /** The code is wrong or threw; a check failed. */
  failed: 1,
  /** The command line is wrong, or names a file that is not there. */
  usage: 2,
  timeout: 3,
  memory: 4,
  outputLimit: 5,
  /** The sandbox could not do its work. */
  unavailable: 70,
  interrupted: 130,
} as const;

export const exitCodeHelp = `
Exit codes:
  0    the code ran
  1    the code is wrong or threw, or a check failed
  2    wrong command line, or a file that cannot be read
  3    the time was up
  4    too much memory
  5    too much output
  70   the sandbox itself failed
  130  interrupted`;

export function exitCodeOf(kind: RunErrorKind): number {
  switch (kind) {
    case 'syntax':
    case 'runtime':
    case 'unserializable':
    case 'source-too-large':
      return exitCodes.failed;
    case 'timeout':
      return exitCodes.timeout;
    case 'memory':
    case 'crashed':
      return exitCodes.memory;
    case 'output-limit':
      return exitCodes.outputLimit;
    case 'killed':
    case 'session-lost':
    case 'internal':
      return exitCodes.unavailable;
    case 'aborted':
      return exitCodes.interrupted;
    default:
      throw new RangeError(`exitCodeOf: kind must be a RunErrorKind, got ${String(kind satisfies never)}`);
  }
}
