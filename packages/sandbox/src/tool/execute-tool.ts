import type { Tool } from './define-tool.js';
import { ToolError } from './tool-error.js';

/** What came of one call of a tool. Never an object of the tool: `json` is text, '' for `undefined`. */
export type ToolOutcome =
  | { readonly status: 'ok'; readonly json: string }
  /** The arguments do not fit, or the tool said so by a `ToolError`. */
  | { readonly status: 'refused'; readonly message: string }
  | { readonly status: 'timeout' | 'too-large' | 'aborted'; readonly message: string }
  /** The tool failed in a way that is not for the model. `error` stays on the host. */
  | { readonly status: 'failed'; readonly message: string; readonly error: unknown };

export interface ToolBounds {
  /** Time of one call. */
  readonly toolMs: number;
  /** Size of one result as JSON, UTF-8. */
  readonly toolBytes: number;
}

/**
 * Checks the arguments, runs the tool and writes its result as JSON, bounded in time and size. Never rejects.
 *
 * A tool that does not heed its signal goes on by itself; its answer is then for nobody.
 */
export async function executeTool(
  tool: Tool,
  args: unknown,
  { toolMs, toolBytes }: ToolBounds,
  signal?: AbortSignal,
): Promise<ToolOutcome> {
  const { name } = tool;
  if (signal?.aborted) return aborted(name);
  const ending = new AbortController();
  const stop = new Promise<ToolOutcome>((resolve) => {
    ending.signal.addEventListener('abort', () => resolve(ending.signal.reason as ToolOutcome));
  });
  const timer = setTimeout(
    () => ending.abort({ status: 'timeout', message: `tool ${name}: the time limit is ${toolMs} ms` }),
    toolMs,
  );
  const abort = (): void => ending.abort(aborted(name));
  signal?.addEventListener('abort', abort);
  try {
    return await Promise.race([stop, finish(tool, args, toolBytes, ending.signal)]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}

async function finish(tool: Tool, args: unknown, toolBytes: number, signal: AbortSignal): Promise<ToolOutcome> {
  const { name } = tool;
  try {
    const checked = await tool.check(args);
    if (checked.status === 'invalid') return { status: 'refused', message: `tool ${name}: ${checked.message}` };
    if (signal.aborted) return aborted(name);
    const json = JSON.stringify(await tool.execute(checked.input, { signal })) ?? '';
    const bytes = Buffer.byteLength(json);
    if (bytes <= toolBytes) return { status: 'ok', json };
    return { status: 'too-large', message: `tool ${name}: the result has ${bytes} bytes, the limit is ${toolBytes}` };
  } catch (error) {
    if (error instanceof ToolError) return { status: 'refused', message: `tool ${name}: ${error.message}` };
    return { status: 'failed', message: `tool ${name} failed`, error };
  }
}

const aborted = (name: string): ToolOutcome => ({ status: 'aborted', message: `tool ${name}: the call was aborted` });
