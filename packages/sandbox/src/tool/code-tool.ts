import type { RunResult } from '../run-result.js';
import type { RunOptions } from '../session/session-options.js';
import { toToolResult } from '../to-tool-result.js';
import { defineTool, type Tool } from './define-tool.js';
import { ToolError } from './tool-error.js';

export interface CodeToolOptions {
  /** What runs the code: a session, which keeps its state from call to call, or a sandbox, which keeps nothing. */
  readonly runner: { run(code: string, options?: RunOptions): Promise<RunResult> };
  readonly language: 'javascript' | 'python';
  /** By default `run_javascript` or `run_python`. */
  readonly name?: string;
  readonly description?: string;
}

/**
 * A tool that runs code, for whoever speaks tools and not sandboxes: other agents, other SDKs.
 *
 * What the code did is its answer, or a {@link ToolError} that says what went wrong; a failure of ours is another
 * exception. A rollout needs to know a timeout from an error: there the sandbox is used as it is.
 */
export function codeTool({ runner, language, ...options }: CodeToolOptions): Tool<{ readonly code: string }, string> {
  return defineTool<{ readonly code: string }, string>({
    name: options.name ?? `run_${language}`,
    description: options.description ?? descriptions[language],
    inputSchema: {
      type: 'object',
      properties: { code: { type: 'string', description: `The ${languageNames[language]} to run.` } },
      required: ['code'],
      additionalProperties: false,
    },
    codeArgument: 'code',
    execute: async ({ code }, { signal }) => {
      const { status, text } = toToolResult(await runner.run(code, { signal }));
      if (status === 'ok') return text;
      if (status === 'infrastructure-failure') throw new Error(text);
      throw new ToolError(text);
    },
  });
}

const languageNames = { javascript: 'JavaScript', python: 'Python' };

const descriptions = {
  javascript:
    'Runs JavaScript and answers with what it printed and the value of its last expression. ' +
    'There are no files, no network, no modules and no timers; top-level await works.',
  python:
    'Runs Python and answers with what it printed and the value of its last expression. ' +
    'The standard library is there; there is no network; top-level await works.',
};
