import type { ToolResult } from '@turnwise/trajectory';
import { dynamicTool, jsonSchema, type ToolSet } from 'ai';
import { type CallToolOptions, callTool } from '../tool/call-tool.js';
import type { Tool } from '../tool/define-tool.js';

/**
 * Tools as `generateText`, `streamText` and agents of the AI SDK take them.
 *
 * Their output is a `ToolResult`; the model reads its text, as an error when the call went wrong. An infrastructure
 * failure is an exception, which the SDK reports as a `tool-error`.
 *
 * @param bounds time and size of one call, as `callTool` takes them
 * @throws RangeError for two tools of one name
 */
export function toAiTools(tools: readonly Tool[], bounds: Omit<CallToolOptions, 'signal'> = {}): ToolSet {
  const set: ToolSet = {};
  for (const tool of tools) {
    if (Object.hasOwn(set, tool.name)) throw new RangeError(`tools: names must differ, got ${tool.name} twice`);
    set[tool.name] = dynamicTool({
      description: tool.description,
      inputSchema: jsonSchema(tool.inputSchema, {
        // The value stays as it came: the call checks it again, and a schema may change what it has checked.
        validate: async (value) => {
          const checked = await tool.check(value);
          return checked.status === 'valid'
            ? { success: true, value }
            : { success: false, error: new Error(checked.message) };
        },
      }),
      execute: async (input, { abortSignal }): Promise<ToolResult> => {
        const result = await callTool(tool, input, { ...bounds, ...(abortSignal && { signal: abortSignal }) });
        if (result.status === 'infrastructure-failure') throw new Error(result.text);
        return result;
      },
      toModelOutput: ({ output }) => {
        const { status, text } = output as ToolResult;
        return { type: status === 'ok' ? 'text' : 'error-text', value: text };
      },
    });
  }
  return set;
}
