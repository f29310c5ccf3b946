import { readFileSync } from 'node:fs';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import type { Sandbox } from '../create-sandbox.js';
import { mcpServer, restartableCodeTools } from '../mcp/index.js';
import type { Tool } from '../tool/define-tool.js';
import { type Language, openSandbox, type SandboxFlags } from './open-sandbox.js';

const queueMs = 30_000;

/** Serves sessions over standard input and output, one of each language, until the input ends or a signal comes. */
export async function serveMcp({ python, ...flags }: SandboxFlags & { readonly python?: boolean }): Promise<void> {
  const languages: Language[] = python ? ['javascript', 'python'] : ['javascript'];
  const sandboxes: Sandbox[] = [];
  try {
    const tools: Tool[] = [];
    for (const language of languages) {
      const sandbox = await openSandbox(language, flags);
      sandboxes.push(sandbox);
      tools.push(...restartableCodeTools(() => sandbox.session(), language));
    }
    const toolMs = Math.max(...sandboxes.map(({ limits }) => limits.wallMs)) + queueMs;
    const server = mcpServer(tools, { name: 'turnwise-sandbox', version: version(), toolMs });
    const closed = new Promise<void>((resolve) => {
      server.onclose = resolve;
      process.stdin.once('end', resolve).once('close', resolve);
      process.once('SIGINT', resolve).once('SIGTERM', resolve);
    });
    await server.connect(new StdioServerTransport());
    await closed;
    await server.close();
  } finally {
    await Promise.all(sandboxes.map((sandbox) => sandbox.close()));
    process.stdin.destroy();
  }
}

function version(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
