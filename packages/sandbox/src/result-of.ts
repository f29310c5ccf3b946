import type { WorkerErrorKind, WorkerOutcome } from './protocol.js';
import type { RunErrorKind, RunResult } from './run-result.js';
import type { SandboxLimits } from './sandbox-limits.js';

/** A child's answer as a result; `null` when it says that the work must be done again. */
export function resultOf({ error, output, text }: WorkerOutcome): RunResult | null {
  switch (error) {
    case null:
      return { status: 'ok', text: output === '' || text === '' ? output + text : `${output}\n${text}` };
    case 'tool-failed':
      // Whose fault that is the session decides, which knows whether a tool failed.
      return { status: 'error', kind: 'runtime', message: text, output };
    case 'starved':
    case 'unknown-session':
      return null;
    default:
      return { status: 'error', kind: error, message: text, output, ...limitOf(error) };
  }
}

/** The limit that a child enforces, by the kind of error that says so. */
function limitOf(error: WorkerErrorKind): { readonly limit?: keyof SandboxLimits } {
  switch (error) {
    case 'timeout':
      return { limit: 'cpuMs' };
    case 'memory':
      return { limit: 'memoryMb' };
    case 'output-limit':
      return { limit: 'outputBytes' };
    default:
      return {};
  }
}

export function failure(kind: RunErrorKind, message: string, limit?: keyof SandboxLimits): RunResult {
  return { status: 'error', kind, message, output: '', ...(limit === undefined ? {} : { limit }) };
}

export const aborted = (): RunResult => failure('aborted', 'the run was aborted');

export const sourceTooLarge = (sourceBytes: number): RunResult =>
  failure('source-too-large', `the source limit is ${sourceBytes} bytes`, 'sourceBytes');
