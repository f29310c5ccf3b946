import type { SandboxSession } from '../session/sandbox-session.js';
import { codeTool } from '../tool/code-tool.js';
import { defineTool, type Tool } from '../tool/define-tool.js';

/**
 * `run_javascript` (or `run_python`) in a session that keeps its state from call to call, and `restart_javascript`, which
 * begins a new one. The session is opened at the first call.
 */
export function restartableCodeTools(
  open: () => Promise<SandboxSession>,
  language: 'javascript' | 'python',
): readonly Tool[] {
  let session: Promise<SandboxSession> | null = null;
  const current = (): Promise<SandboxSession> => {
    session ??= open();
    session.catch(() => {
      session = null;
    });
    return session;
  };
  const run = codeTool({
    language,
    runner: { run: async (code, options) => (await current()).run(code, options) },
    description:
      `Runs ${language} in a session: names stay from call to call. Answers with what was printed and the value of the ` +
      'last expression. There are no files and no network; top-level await works.',
  });
  const restart = defineTool<object, string>({
    name: `restart_${language}`,
    description: `Begins a new ${language} session: everything that was defined is gone.`,
    inputSchema: { type: 'object', properties: {}, additionalProperties: false },
    execute: async () => {
      const old = session;
      session = null;
      await (await old)?.close();
      return 'a new session';
    },
  });
  return [run as Tool, restart as Tool];
}
