import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { ErrorCode, McpError } from '@modelcontextprotocol/sdk/types.js';
import { defineTool, type Tool } from '../tool/define-tool.js';
import { ToolError } from '../tool/tool-error.js';
import { contentText } from './content-text.js';

const mostPages = 100;

/**
 * The tools of an MCP server as tools of ours, for a rollout or a session. The client is connected, and stays the
 * caller's to close.
 *
 * A result that the server marks as an error, and arguments that it refuses, are told to the model; a lost connection
 * is an infrastructure failure. Text is passed on, of other content only what it is. Names are made to fit: what is
 * no letter, digit, `_` or `-` becomes `_`.
 *
 * @throws RangeError for two tools whose names fit to one, and for what `defineTool` refuses
 */
export async function mcpTools(client: Client): Promise<Tool[]> {
  const tools = new Map<string, Tool>();
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page++) {
    const listed = await client.listTools(cursor === undefined ? {} : { cursor });
    for (const { name: serverName, description, title, inputSchema } of listed.tools) {
      const name = serverName
        .replace(/[^A-Za-z0-9_-]/g, '_')
        .replace(/^(?=[0-9-])/, '_')
        .slice(0, 64);
      if (tools.has(name)) throw new RangeError(`mcpTools: names must differ, got ${name} twice`);
      const { $schema: _version, ...schema } = inputSchema as Record<string, unknown>;
      const told = [description, title, serverName].find((text) => text !== undefined && text.trim() !== '') as string;
      const execute = (input: unknown, { signal }: { readonly signal: AbortSignal }) =>
        callServer(client, serverName, input as Record<string, unknown>, signal);
      tools.set(name, defineTool({ name, description: told, inputSchema: schema, execute }));
    }
    cursor = listed.nextCursor;
    if (cursor === undefined) return [...tools.values()];
  }
  throw new RangeError(`mcpTools: a server may list its tools on ${mostPages} pages, this one has more`);
}

async function callServer(client: Client, name: string, args: Record<string, unknown>, signal: AbortSignal) {
  let result: Awaited<ReturnType<Client['callTool']>>;
  try {
    // The signal brings the time limit of the call; the client's own must not come before it.
    result = await client.callTool({ name, arguments: args }, undefined, { signal, timeout: 2 ** 31 - 1 });
  } catch (error) {
    if (error instanceof McpError && error.code === ErrorCode.InvalidParams) throw new ToolError(error.message);
    throw error;
  }
  const text = contentText(result);
  if (result['isError'] === true) throw new ToolError(text === '' ? 'the tool failed' : text);
  return text;
}
