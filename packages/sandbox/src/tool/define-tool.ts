import type { ToolDefinition } from '@turnwise/trajectory';
import { type CheckedArguments, jsonSchemaCheck, standardCheck } from './check-arguments.js';
import { isStandardSchema, type OutputOf, type StandardSchema } from './standard-schema.js';

/** What a tool learns of the call besides its arguments. */
export interface ToolContext {
  /** Aborted when nobody waits for the answer any more: the caller gave up, the time is over, the session is closed. */
  readonly signal: AbortSignal;
}

/** A tool: what the policy is told of it, how its arguments are checked, what it does. {@link defineTool} makes it. */
export interface Tool<Input = unknown, Output = unknown> extends ToolDefinition {
  /** Checks the arguments of a call. Mistakes in them are a value, not an exception. */
  check(args: unknown): Promise<CheckedArguments<Input>>;
  /** Does the work on checked arguments. A {@link ToolError} is told to the model, any other exception is not. */
  execute(input: Input, context: ToolContext): Promise<Output>;
}

interface ToolOptions<Schema, Input, Output> {
  /** At most 64 letters, digits, `_` or `-`, not beginning with a digit or `-`. */
  readonly name: string;
  readonly description: string;
  /** A Standard Schema (Zod, Valibot, ArkType) or a JSON Schema (draft 2020-12) of an object. */
  readonly inputSchema: Schema;
  /** The same as JSON Schema, for a Standard Schema that cannot write itself as one. */
  readonly jsonSchema?: Readonly<Record<string, unknown>>;
  /** Which argument holds source code, if one does. */
  readonly codeArgument?: string;
  execute(input: Input, context: ToolContext): Output | Promise<Output>;
}

/**
 * Makes a tool. Its one schema serves the prompt, the check of every call, and the reward for well-formed calls.
 *
 * @throws RangeError for a name that is no identifier of at most 64 letters, digits, `_` or `-`; for an empty
 *   description; for a schema that is not of an object, or has no JSON Schema; for a `codeArgument` that it lacks
 * @example
 * const add = defineTool({
 *   name: 'add',
 *   description: 'Adds two numbers.',
 *   inputSchema: z.object({ a: z.number(), b: z.number() }),
 *   execute: ({ a, b }) => a + b,
 * });
 */
export function defineTool<const Schema extends StandardSchema, Output>(
  options: ToolOptions<Schema, OutputOf<Schema>, Output>,
): Tool<OutputOf<Schema>, Output>;
export function defineTool<Input = Readonly<Record<string, unknown>>, Output = unknown>(
  options: ToolOptions<Readonly<Record<string, unknown>>, Input, Output>,
): Tool<Input, Output>;
export function defineTool<Input, Output>(
  options: ToolOptions<StandardSchema<Input> | Readonly<Record<string, unknown>>, Input, Output>,
): Tool<Input, Output> {
  const { name, description, inputSchema, codeArgument } = options;
  if (!/^[A-Za-z_][A-Za-z0-9_-]{0,63}$/.test(name)) {
    throw new RangeError(
      `tool.name: must be at most 64 letters, digits, _ or -, not beginning with a digit, got ${name}`,
    );
  }
  if (description.trim() === '') throw new RangeError(`tool.description: must not be empty, got "${description}"`);
  const standard = isStandardSchema(inputSchema);
  const schema = standard
    ? (options.jsonSchema ?? jsonSchemaOf(inputSchema))
    : (inputSchema as Readonly<Record<string, unknown>>);
  const type = schema['type'];
  if (type !== 'object') throw new RangeError(`tool.inputSchema.type: must be "object", got ${JSON.stringify(type)}`);
  const names = Object.keys((schema['properties'] as object | undefined) ?? {});
  if (codeArgument !== undefined && !names.includes(codeArgument)) {
    throw new RangeError(
      `tool.codeArgument: must be one of the schema's properties (${names.join(', ')}), got ${codeArgument}`,
    );
  }
  return Object.freeze({
    name,
    description,
    inputSchema: schema,
    ...(codeArgument === undefined ? {} : { codeArgument }),
    check: standard ? standardCheck(inputSchema as StandardSchema<Input>) : jsonSchemaCheck<Input>(schema),
    execute: async (input: Input, context: ToolContext) => options.execute(input, context),
  });
}

function jsonSchemaOf(schema: StandardSchema): Readonly<Record<string, unknown>> {
  const { jsonSchema, vendor } = schema['~standard'];
  if (jsonSchema === undefined) {
    throw new RangeError(
      `tool.inputSchema: must be able to write itself as JSON Schema; ${vendor} here is not, so give jsonSchema too`,
    );
  }
  const { $schema: _version, ...written } = jsonSchema.input({ target: 'draft-2020-12' });
  return written;
}
