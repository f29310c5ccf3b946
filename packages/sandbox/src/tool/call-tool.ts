import type { ToolResult } from '@turnwise/trajectory';
import { visible } from '../visible.js';
import type { Tool } from './define-tool.js';
import { executeTool, type ToolBounds } from './execute-tool.js';

export interface CallToolOptions extends Partial<ToolBounds> {
  readonly signal?: AbortSignal;
}

/**
 * Calls a tool as a policy does: arguments in, a text for the next prompt out. Never rejects.
 *
 * A string result is shown bare, everything else as JSON. Control characters, bidirectional marks and lone surrogates
 * are written as `\uXXXX`.
 *
 * | what happened | status |
 * |---|---|
 * | the tool answered | `ok` |
 * | the arguments do not fit, or the tool threw a `ToolError` | `error` |
 * | it took longer than `toolMs` (10 s) | `timeout` |
 * | its result is larger than `toolBytes` (64 KiB) | `output-limit` |
 * | it threw anything else, or the signal was aborted | `infrastructure-failure` |
 */
export async function callTool(
  tool: Tool,
  args: unknown,
  { signal, toolMs = 10_000, toolBytes = 65_536 }: CallToolOptions = {},
): Promise<ToolResult> {
  const outcome = await executeTool(tool, args, { toolMs, toolBytes }, signal);
  switch (outcome.status) {
    case 'ok': {
      const value: unknown = outcome.json === '' ? 'undefined' : JSON.parse(outcome.json);
      return { status: 'ok', text: visible(typeof value === 'string' ? value : outcome.json) };
    }
    case 'refused':
      return { status: 'error', text: visible(outcome.message) };
    case 'timeout':
      return { status: 'timeout', text: outcome.message };
    case 'too-large':
      return { status: 'output-limit', text: outcome.message };
    case 'aborted':
    case 'failed':
      return { status: 'infrastructure-failure', text: outcome.message };
    default:
      throw new RangeError(`callTool: a known status, got ${String(outcome satisfies never)}`);
  }
}
