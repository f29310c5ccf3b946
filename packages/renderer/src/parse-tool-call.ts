import type { InvalidToolCallReason, ParsedToolCall, ToolDefinition } from '@turnwise/trajectory';
import { clipText } from './clip-text.js';
import { schemaViolation } from './schema-violation.js';

/** Most characters of the message of an invalid call: the policy may read it character by character. */
const MAX_MESSAGE_CHARACTERS = 40;

/** Deepest nesting of arguments, far beyond honest use: what handles them later may recurse. */
const MAX_ARGUMENT_DEPTH = 64;

/**
 * A tool call from the text `NAME ARGUMENT`: the name ends at the first space, the rest is the argument.
 *
 * If the tool's schema requires exactly one property and that is a string, the argument is its value as it stands,
 * the empty text included. Otherwise the argument is a JSON object; the empty text stands for `{}`. The arguments are
 * checked with the tool's JSON Schema.
 *
 * A mistake is a value: `unparsable` (no name, or broken JSON), `unknown-tool`, `invalid-arguments`, each with a
 * message of at most 40 characters. Numbers that overflow and nesting deeper than 64 are `invalid-arguments`.
 */
export function parseToolCall(text: string, tools: readonly ToolDefinition[], id = 'call_0'): ParsedToolCall {
  const space = text.indexOf(' ');
  const name = space < 0 ? text : text.slice(0, space);
  const argument = space < 0 ? '' : text.slice(space + 1);
  if (name === '') return invalidToolCall('unparsable', text, 'no tool name');
  const tool = tools.find((candidate) => candidate.name === name);
  if (tool === undefined) return invalidToolCall('unknown-tool', text, 'unknown tool');

  const textProperty = textPropertyOf(tool);
  const parsed = textProperty === null ? parseJson(argument) : { value: { [textProperty]: argument } };
  if (parsed === null) return invalidToolCall('unparsable', text, 'broken JSON');
  if (!isObject(parsed.value)) return invalidToolCall('invalid-arguments', text, 'not a JSON object');
  const unfit = unfitValue(parsed.value, MAX_ARGUMENT_DEPTH);
  if (unfit !== null) return invalidToolCall('invalid-arguments', text, unfit);
  const violation = schemaViolation(tool.inputSchema, parsed.value);
  if (violation === null) return { status: 'valid', call: { id, name, arguments: parsed.value } };
  const where = textProperty === null && violation.path !== '' ? `${violation.path}: ` : '';
  return invalidToolCall('invalid-arguments', text, `${where}${violation.message}`);
}

/** An invalid call, its message clipped to what a policy is told. */
export function invalidToolCall(reason: InvalidToolCallReason, raw: string, message: string): ParsedToolCall {
  return { status: 'invalid', reason, raw, message: clipText(message, MAX_MESSAGE_CHARACTERS) };
}

/** The one required property if it is a string, else `null`. */
function textPropertyOf({ inputSchema }: ToolDefinition): string | null {
  const { required, properties } = inputSchema;
  if (!Array.isArray(required) || required.length !== 1 || !isObject(properties)) return null;
  const name: unknown = required[0];
  if (typeof name !== 'string') return null;
  const property = properties[name];
  return isObject(property) && property['type'] === 'string' ? name : null;
}

function parseJson(text: string): { readonly value: unknown } | null {
  if (text.trim() === '') return { value: {} };
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Why parsed JSON cannot be kept: a number such as `1e999`, which JSON cannot write again, or too deep nesting. */
function unfitValue(value: unknown, depth: number): string | null {
  if (typeof value === 'number' && !Number.isFinite(value)) return 'number too large';
  if (typeof value !== 'object' || value === null) return null;
  if (depth === 0) return 'nested too deeply';
  for (const item of Object.values(value)) {
    const unfit = unfitValue(item, depth - 1);
    if (unfit !== null) return unfit;
  }
  return null;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
