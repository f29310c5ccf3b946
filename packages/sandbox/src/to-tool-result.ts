import type { ToolResult } from '@turnwise/trajectory';
import type { RunResult } from './run-result.js';

/**
 * A run's result as a policy reads it.
 *
 * A run that is not the code's fault (`killed`, `session-lost`, `internal`) is an `infrastructure-failure` and never
 * scored. So is `aborted`: the trajectory ends with the stop reason `aborted`, which the holder of the signal knows.
 * A `crashed` is `out-of-memory`, because the sandbox reports it only when it happened twice, the second time alone.
 */
export function toToolResult(result: RunResult): ToolResult {
  if (result.status === 'ok') return { status: 'ok', text: result.text };
  const text = result.output === '' ? result.message : `${result.output}\n${result.message}`;
  switch (result.kind) {
    case 'syntax':
    case 'runtime':
    case 'source-too-large':
    case 'unserializable':
      return { status: 'error', text };
    case 'timeout':
      return { status: 'timeout', text };
    case 'memory':
    case 'crashed':
      return { status: 'out-of-memory', text };
    case 'output-limit':
      return { status: 'output-limit', text };
    case 'killed':
    case 'session-lost':
    case 'internal':
    case 'aborted':
      return { status: 'infrastructure-failure', text };
    default: {
      const never: never = result.kind;
      throw new RangeError(`toToolResult: kind must be a RunErrorKind, got ${String(never)}`);
    }
  }
}
