import type { ParsedToolCall, ToolDefinition } from '@turnwise/trajectory';
import { checkedCall, invalidToolCall } from './checked-call.js';
import { isObject, parseJson } from './json.js';

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
  return checkedCall({ id, name, value: parsed.value, raw: text, pathless: textProperty !== null }, tools);
}

/** The one required property if it is a string, else `null`: such an argument is written as it stands. */
export function textPropertyOf({ inputSchema }: ToolDefinition): string | null {
  const { required, properties } = inputSchema;
  if (!Array.isArray(required) || required.length !== 1 || !isObject(properties)) return null;
  const name: unknown = required[0];
  if (typeof name !== 'string') return null;
  const property = properties[name];
  return isObject(property) && property['type'] === 'string' ? name : null;
}
