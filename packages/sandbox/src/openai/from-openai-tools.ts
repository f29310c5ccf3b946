import { defineTool, type Tool } from '../tool/define-tool.js';

/** What of a tool of `runTools` is read: {@link import('./openai-tool.js').OpenAiTool} and its like. */
interface RunnableTool {
  readonly type: 'function';
  readonly function: {
    readonly name?: string | undefined;
    readonly description?: string | undefined;
    readonly parameters?: unknown;
    readonly parse?: ((text: string) => unknown) | undefined;
    // biome-ignore lint/suspicious/noExplicitAny: the arguments are what the tool's own schema says, and second comes a runner
    readonly function: (args: any, runner: any) => unknown;
  };
}

/**
 * Tools of the `openai` package's `runTools` as tools of ours, for a rollout or a session.
 *
 * The arguments are checked with the tool's `parameters`, then handed to its `parse` as a text, if it has one. What the
 * function throws is an infrastructure failure unless it is a `ToolError`.
 *
 * @throws RangeError for a tool without a name, and for what `defineTool` refuses
 */
export function fromOpenAiTools(tools: readonly RunnableTool[]): Tool[] {
  return tools.map(({ function: { name, description, parameters, parse, function: run } }, place) => {
    if (name === undefined) throw new RangeError(`tools[${place}].function.name: must be given, got none`);
    return defineTool({
      name,
      description: description ?? name,
      inputSchema: (parameters ?? { type: 'object', properties: {} }) as Readonly<Record<string, unknown>>,
      execute: async (input) => run(parse === undefined ? JSON.stringify(input) : parse(JSON.stringify(input)), null),
    });
  });
}
