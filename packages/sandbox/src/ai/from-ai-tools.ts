import { type Tool as AiTool, asSchema, type ToolSet } from 'ai';
import { defineTool, type Tool } from '../tool/define-tool.js';
import type { StandardSchema } from '../tool/standard-schema.js';
import { ToolError } from '../tool/tool-error.js';

/**
 * Tools of the AI SDK as tools of ours, for a rollout or a session.
 *
 * The arguments are checked by the tool's own schema; of a tool that streams its output the last one counts, and
 * `toModelOutput` is heeded. What `execute` throws is an infrastructure failure unless it is a {@link ToolError}:
 * nothing says whether the message is for the model.
 *
 * @throws RangeError for a tool without `execute`, one that asks for approval, which nobody gives here, and for what
 *   `defineTool` refuses
 */
export async function fromAiTools(tools: ToolSet): Promise<Tool[]> {
  return Promise.all(Object.entries(tools).map(([name, tool]) => fromAiTool(name, tool as AiTool)));
}

async function fromAiTool(name: string, tool: AiTool): Promise<Tool> {
  const { execute } = tool;
  if (execute === undefined) throw new RangeError(`tools.${name}: must have execute, got none`);
  if (tool.needsApproval !== undefined && tool.needsApproval !== false) {
    throw new RangeError(`tools.${name}.needsApproval: must be false, nobody approves calls here`);
  }
  const schema = asSchema(tool.inputSchema);
  const { $schema: _version, ...json } = (await schema.jsonSchema) as Record<string, unknown>;
  const { validate } = schema;
  const standard: StandardSchema | null = validate
    ? {
        '~standard': {
          version: 1,
          vendor: 'ai',
          validate: async (value) => {
            const result = await validate(value);
            return result.success ? { value: result.value } : { issues: [{ message: result.error.message }] };
          },
        },
      }
    : null;
  const { description } = tool;
  const work = async (input: unknown, { signal }: { readonly signal: AbortSignal }): Promise<unknown> => {
    const toolCallId = crypto.randomUUID();
    const output = await lastOf(
      execute(input, { toolCallId, messages: [], abortSignal: signal, context: undefined as never }),
    );
    return tool.toModelOutput ? modelOutput(await tool.toModelOutput({ toolCallId, input, output })) : output;
  };
  const definition = { name, description: typeof description === 'string' ? description : name, execute: work };
  return standard === null
    ? defineTool({ ...definition, inputSchema: json })
    : defineTool({ ...definition, inputSchema: standard, jsonSchema: json });
}

async function lastOf(output: unknown): Promise<unknown> {
  if (typeof output !== 'object' || output === null || !(Symbol.asyncIterator in output)) return output;
  let last: unknown;
  for await (const part of output as AsyncIterable<unknown>) last = part;
  return last;
}

type ModelOutput = Awaited<ReturnType<NonNullable<AiTool['toModelOutput']>>>;

function modelOutput(output: ModelOutput): unknown {
  switch (output.type) {
    case 'text':
    case 'json':
      return output.value;
    case 'error-text':
      throw new ToolError(output.value);
    case 'error-json':
      throw new ToolError(JSON.stringify(output.value));
    case 'execution-denied':
      throw new ToolError(output.reason ?? 'the call was denied');
    case 'content':
      return output.value.map((part) => (part.type === 'text' ? part.text : `[${part.type}]`)).join('\n');
    default:
      throw new RangeError(`toModelOutput: a known type, got ${String((output as { type: unknown }).type)}`);
  }
}
