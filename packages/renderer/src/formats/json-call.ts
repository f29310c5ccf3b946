import type { ParsedToolCall, ToolDefinition } from '@turnwise/trajectory';
import { checkedCall, invalidToolCall } from './checked-call.js';
import { isObject, memberTexts, parseJson } from './json.js';

/**
 * A call from a JSON object `{ "name": ..., "arguments": {...} }`; `parameters` is read like `arguments`, and a call
 * without either has the arguments `{}`, as has one whose arguments are the empty string. Other members are ignored,
 * but `id`, which is kept if `withId` and if it is a text.
 */
export function jsonCall(
  text: string,
  tools: readonly ToolDefinition[],
  id: string,
  { withId = false }: { readonly withId?: boolean } = {},
): ParsedToolCall {
  const parsed = text.trim() === '' ? null : parseJson(text);
  if (parsed === null) return invalidToolCall('unparsable', text, 'broken JSON');
  const call = parsed.value;
  if (!isObject(call)) return invalidToolCall('unparsable', text, 'not a JSON object');
  const { name } = call;
  if (typeof name !== 'string' || name === '') return invalidToolCall('unparsable', text, 'no tool name');
  const key = ['arguments', 'parameters'].find((candidate) => Object.hasOwn(call, candidate));
  const given = key === undefined ? '' : call[key];
  const rawArguments = key === undefined ? undefined : memberTexts(text).get(key);
  return checkedCall(
    {
      id: withId && typeof call['id'] === 'string' && call['id'] !== '' ? call['id'] : id,
      name,
      value: given === '' ? {} : given,
      raw: text,
      ...(rawArguments === undefined ? {} : { rawArguments }),
    },
    tools,
  );
}

/** The arguments as Python's `json.dumps` writes them, which is what chat templates show: `{"a": 1, "b": [2, 3]}`. */
export function spacedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spacedJson).join(', ')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}: ${spacedJson(member)}`);
  return `{${members.join(', ')}}`;
}
