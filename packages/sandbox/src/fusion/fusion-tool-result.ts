import type { ToolResult } from '@turnwise/trajectory';
import { runErrorKinds } from '../run-result.js';
import { toToolResult } from '../to-tool-result.js';
import { visible } from '../visible.js';
import { isRecord } from './fusion-protocol.js';

/** Return codes of a process that was ended by SIGKILL, as shells and as Python say it. */
const killedCodes = [137, -9];

/**
 * A server's answer as a policy reads it.
 *
 * `Success` is `ok` with what was printed. `Failed` is `timeout` when the time was up, `out-of-memory` when the process
 * was killed, else `error`, with what was printed and then the text of the error. A server of ours says more
 * (`turnwise_kind`), and then the result is the one that the same run has here.
 *
 * @returns `null` for a `SandboxError` and for what is no answer: the server failed
 */
export function fusionToolResult(body: unknown): ToolResult | null {
  if (!isRecord(body)) return null;
  const compiled = commandOf(body['compile_result']);
  const ran = commandOf(body['run_result']);
  const { status, turnwise_kind: kind } = body;
  if (status === 'Success' && ran !== null) return { status: 'ok', text: ran.stdout };
  if (status !== 'Failed') return null;
  const failed = ran ?? compiled;
  if (failed === null) return null;
  const known = runErrorKinds.find((name) => name === kind);
  if (known !== undefined) {
    const result = toToolResult({ status: 'error', kind: known, message: failed.stderr, output: failed.stdout });
    return result.status === 'infrastructure-failure' ? null : result;
  }
  const text = [failed.stdout, failed.stderr].filter((part) => part !== '').join('\n');
  if (failed.status === 'TimeLimitExceeded') {
    return { status: 'timeout', text: text === '' ? 'the time limit was reached' : text };
  }
  if (failed.status !== 'Finished') return null;
  return { status: killedCodes.includes(failed.returnCode ?? 0) ? 'out-of-memory' : 'error', text };
}

interface Command {
  readonly status: unknown;
  readonly returnCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function commandOf(value: unknown): Command | null {
  if (!isRecord(value)) return null;
  const code = value['return_code'];
  return {
    status: value['status'],
    returnCode: typeof code === 'number' ? code : null,
    stdout: textOf(value['stdout']),
    stderr: textOf(value['stderr']),
  };
}

/** Without the line break at the end, which a process prints and a policy need not read; control characters shown. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? visible(value.replace(/\n$/, '')) : '';
}
