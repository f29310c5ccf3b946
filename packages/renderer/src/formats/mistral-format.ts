import type { ParsedToolCall } from '@turnwise/trajectory';
import { checkedCall, invalidToolCall } from './checked-call.js';
import { elementTexts, parseJson } from './json.js';
import { jsonCall, spacedJson } from './json-call.js';
import type { ReadAction, ToolFormat, WrittenAction } from './tool-format.js';
import { toolSignature } from './tool-signature.js';

const CALLS = '[TOOL_CALLS]';
const ARGUMENTS = '[ARGS]';
const CALL_ID = '[CALL_ID]';

/** Nine letters and digits, as Mistral's templates demand of an id. */
const callId = (index: number): string => `call${String(index).padStart(5, '0')}`;

const describe: ToolFormat['describe'] = (tools) => ['Tools:', ...tools.map(toolSignature)].join('\n');

/**
 * The format of Mistral 7B v0.3 to Small 3.1: one JSON array after `[TOOL_CALLS]`. An id that the policy wrote is kept,
 * because the result repeats it.
 *
 *     [TOOL_CALLS] [{"name": "js", "arguments": {"code": "6*7"}, "id": "call00000"}]
 */
export const mistralFormat: ToolFormat = {
  name: 'mistral',
  callId,
  read({ text, tools, tag, plain }) {
    const [before = '', ...parts] = text.split(tag(CALLS));
    const calls: ParsedToolCall[] = [];
    for (const part of parts) calls.push(...arrayCalls(plain(part).trim(), tools, calls.length));
    return { calls: withUsableIds(calls), said: plain(before).trim() };
  },
  write: (calls) => {
    const objects = calls.map(
      ({ name, arguments: given, rawArguments, id }) =>
        `{"name": ${JSON.stringify(name)}, "arguments": ${rawArguments ?? spacedJson(given)}, "id": ${JSON.stringify(id)}}`,
    );
    return `${CALLS} [${objects.join(', ')}]`;
  },
  describe: (tools) => `${describe(tools)}\nCall: ${CALLS} [{"name": NAME, "arguments": {...}}]`,
};

/**
 * The format of later Mistral models: each call has its own tag, and its name stands before its arguments.
 *
 *     [TOOL_CALLS]js[ARGS]{"code": "6*7"}
 *
 * An id after `[CALL_ID]`, which some write between the two, is kept.
 */
export const mistralArgsFormat: ToolFormat = {
  name: 'mistral-args',
  callId,
  read: readArgs,
  write: (calls) =>
    calls
      .map(
        ({ name, arguments: given, rawArguments }) => `${CALLS}${name}${ARGUMENTS}${rawArguments ?? spacedJson(given)}`,
      )
      .join(''),
  describe: (tools) => `${describe(tools)}\nCall: ${CALLS}NAME${ARGUMENTS}{...}`,
};

function readArgs({ text, tools, tag, plain }: WrittenAction): ReadAction {
  const [before = '', ...parts] = text.split(tag(CALLS));
  const calls = parts.map((part, i): ParsedToolCall => {
    const raw = plain(part).trim();
    const at = part.indexOf(tag(ARGUMENTS));
    if (at < 0) return invalidToolCall('unparsable', raw, `no ${ARGUMENTS}`);
    const [name = '', id = ''] = part
      .slice(0, at)
      .split(tag(CALL_ID))
      .map((piece) => plain(piece).trim());
    const rawArguments = plain(part.slice(at + tag(ARGUMENTS).length)).trim();
    const parsed = parseJson(rawArguments);
    if (parsed === null) return invalidToolCall('unparsable', raw, 'broken JSON');
    if (name === '') return invalidToolCall('unparsable', raw, 'no tool name');
    return checkedCall({ id: id === '' ? callId(i) : id, name, value: parsed.value, raw, rawArguments }, tools);
  });
  return { calls: withUsableIds(calls), said: plain(before).trim() };
}

function arrayCalls(text: string, tools: WrittenAction['tools'], first: number): ParsedToolCall[] {
  const parsed = text === '' ? null : parseJson(text);
  if (parsed === null) return [invalidToolCall('unparsable', text, 'broken JSON')];
  if (!Array.isArray(parsed.value)) return [invalidToolCall('unparsable', text, 'not a JSON array')];
  if (parsed.value.length === 0) return [invalidToolCall('unparsable', text, 'no call')];
  return elementTexts(text).map((element, i) => jsonCall(element, tools, callId(first + i), { withId: true }));
}

/**
 * A result names its call by id, which templates want to be nine letters and digits: an id that is not, or that an
 * earlier call of the action has, gives way to that of the place.
 */
function withUsableIds(calls: readonly ParsedToolCall[]): ParsedToolCall[] {
  const seen = new Set<string>();
  return calls.map((parsed, i) => {
    if (parsed.status === 'invalid') return parsed;
    const { id: written } = parsed.call;
    const id = seen.has(written) || !/^[A-Za-z0-9]{9}$/.test(written) ? callId(i) : written;
    seen.add(id);
    return { status: 'valid', call: { ...parsed.call, id } };
  });
}
