import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { CallToolRequestSchema, ErrorCode, ListToolsRequestSchema, McpError } from '@modelcontextprotocol/sdk/types.js';
import { type CallToolOptions, callTool } from '../tool/call-tool.js';
import type { Tool } from '../tool/define-tool.js';

export interface McpServerOptions extends Omit<CallToolOptions, 'signal'> {
  /** How the server names itself. */
  readonly name: string;
  readonly version: string;
  /** What a model is told about the tools as a whole. */
  readonly instructions?: string;
}

/**
 * An MCP server of these tools, to be connected to a transport. A call that goes wrong is a result with `isError`, so
 * that the model reads why; a cancelled request ends its call. A call of an unknown tool is a protocol error.
 *
 * @throws RangeError for two tools of one name
 */
export function mcpServer(tools: readonly Tool[], options: McpServerOptions): Server {
  const { name, version, instructions, ...bounds } = options;
  const byName = new Map(tools.map((tool) => [tool.name, tool]));
  if (byName.size < tools.length) throw new RangeError(`tools: names must differ, got ${tools.map((t) => t.name)}`);
  const server = new Server(
    { name, version },
    { capabilities: { tools: {} }, ...(instructions !== undefined && { instructions }) },
  );
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: tools.map((tool) => ({
      name: tool.name,
      description: tool.description,
      inputSchema: { ...tool.inputSchema, type: 'object' as const },
    })),
  }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal }) => {
    const tool = byName.get(params.name);
    if (tool === undefined) {
      throw new McpError(ErrorCode.InvalidParams, `no such tool; there are ${[...byName.keys()].join(', ')}`);
    }
    const { status, text } = await callTool(tool, params.arguments ?? {}, { ...bounds, signal });
    return { content: [{ type: 'text' as const, text }], isError: status !== 'ok' };
  });
  return server;
}
