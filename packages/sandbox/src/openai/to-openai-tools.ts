import { type CallToolOptions, callTool } from '../tool/call-tool.js';
import type { Tool } from '../tool/define-tool.js';
import type { OpenAiTool } from './openai-tool.js';

/**
 * Tools as OpenAI function tools, for `chat.completions.create` and for `runTools`.
 *
 * With `create` the calls are the caller's to make (`callTool`); `runTools` makes them itself, and the model reads the
 * text of the result, whether the call went well or not. An infrastructure failure is an exception.
 *
 * @param options time and size of one call and a signal that ends it, as `callTool` takes them
 * @throws RangeError for two tools of one name
 */
export function toOpenAiTools(tools: readonly Tool[], options: CallToolOptions = {}): OpenAiTool[] {
  const names = new Set<string>();
  return tools.map((tool) => {
    if (names.has(tool.name)) throw new RangeError(`tools: names must differ, got ${tool.name} twice`);
    names.add(tool.name);
    return {
      type: 'function',
      function: {
        name: tool.name,
        description: tool.description,
        parameters: { ...tool.inputSchema },
        parse: parseArguments,
        function: async (args) => {
          const { status, text } = await callTool(tool, args, options);
          if (status === 'infrastructure-failure') throw new Error(text);
          return text;
        },
      },
    };
  });
}

/** A model that calls a tool without arguments may send an empty text. */
function parseArguments(text: string): object {
  return JSON.parse(text === '' ? '{}' : text) as object;
}
