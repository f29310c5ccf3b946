import type { ToolDefinition } from '@turnwise/trajectory';

/** A tool: what the policy is told of it, and what it does with a call whose arguments fit the schema. */
export interface Tool<Arguments, Result> extends ToolDefinition {
  execute(args: Arguments, options: { readonly signal?: AbortSignal }): Promise<Result>;
}

/**
 * Checks a tool and freezes it.
 *
 * @throws RangeError for a name that is no identifier of at most 64 letters, digits, `_` or `-`; for an empty
 *   description; for a schema that is not of an object; for a `codeArgument` that the schema does not have
 */
export function defineTool<Arguments, Result>(tool: Tool<Arguments, Result>): Tool<Arguments, Result> {
  if (!/^[A-Za-z_][A-Za-z0-9_-]{0,63}$/.test(tool.name)) {
    throw new RangeError(
      `tool.name: must be at most 64 letters, digits, _ or -, not beginning with a digit, got ${tool.name}`,
    );
  }
  if (tool.description.trim() === '')
    throw new RangeError(`tool.description: must not be empty, got "${tool.description}"`);
  const type = tool.inputSchema['type'];
  if (type !== 'object') throw new RangeError(`tool.inputSchema.type: must be "object", got ${JSON.stringify(type)}`);
  const names = Object.keys((tool.inputSchema['properties'] as object | undefined) ?? {});
  if (tool.codeArgument !== undefined && !names.includes(tool.codeArgument)) {
    throw new RangeError(
      `tool.codeArgument: must be one of the schema's properties (${names.join(', ')}), got ${tool.codeArgument}`,
    );
  }
  return Object.freeze({ ...tool });
}
