import type { ParsedToolCall } from '@turnwise/trajectory';
import { invalidToolCall } from './checked-call.js';
import { endOfValue, isObject, parseJson } from './json.js';
import { jsonCall, spacedJson } from './json-call.js';
import type { ReadAction, ToolFormat, WrittenAction } from './tool-format.js';
import { toolSignature } from './tool-signature.js';

/**
 * The JSON format of Llama 3.1, 3.2 and 3.3: the whole action is the call, after `<|python_tag|>` or without it.
 *
 *     {"name": "js", "parameters": {"code": "6*7"}}
 *
 * Several calls are separated by `;`. An action that begins with a brace and is an object without a `name` is an answer
 * in JSON, not a call. What follows `<|python_tag|>` and is no JSON (the syntax of Llama's built-in tools, which are
 * not offered) is an `unparsable` call.
 */
export const llamaFormat: ToolFormat = {
  name: 'llama',
  read,
  write: (calls) =>
    calls
      .map(({ name, arguments: given, rawArguments }) => {
        return `{"name": ${JSON.stringify(name)}, "parameters": ${rawArguments ?? spacedJson(given)}}`;
      })
      .join('; '),
  describe: (tools) =>
    [
      'Tools:',
      ...tools.map(toolSignature),
      `To call one, answer with nothing but {"name": ${JSON.stringify(tools[0]?.name ?? 'NAME')}, "parameters": {...}}`,
    ].join('\n'),
};

const PYTHON = '<|python_tag|>';

function read({ text, tools, tag, plain }: WrittenAction): ReadAction {
  const at = text.indexOf(tag(PYTHON));
  if (at >= 0) {
    const said = plain(text.slice(0, at)).trim();
    const body = plain(text.slice(at + tag(PYTHON).length)).trim();
    if (!body.startsWith('{')) return { said, calls: [invalidToolCall('unparsable', body, 'broken JSON')] };
    return { said, calls: callsIn(body, tools) };
  }
  const body = plain(text).trim();
  return looksLikeCall(body) ? { said: '', calls: callsIn(body, tools) } : { said: body, calls: [] };
}

/** Whether the text begins as a call does; once its first object can be read, only what that says counts. */
function looksLikeCall(text: string): boolean {
  if (!text.startsWith('{')) return false;
  const end = endOfValue(text, 0);
  const parsed = end < 0 ? null : parseJson(text.slice(0, end));
  if (parsed === null) return /^\{\s*"(?:name|type|function|parameters|arguments)"/.test(text);
  return isObject(parsed.value) && Object.hasOwn(parsed.value, 'name');
}

function callsIn(body: string, tools: WrittenAction['tools']): ParsedToolCall[] {
  const calls: ParsedToolCall[] = [];
  let rest = body;
  while (rest !== '') {
    const end = rest.startsWith('{') ? endOfValue(rest, 0) : -1;
    if (end < 0) return [...calls, invalidToolCall('unparsable', rest, 'broken JSON')];
    calls.push(jsonCall(rest.slice(0, end), tools, `call_${calls.length}`));
    rest = rest.slice(end).replace(/^[\s;]+/, '');
  }
  return calls;
}
