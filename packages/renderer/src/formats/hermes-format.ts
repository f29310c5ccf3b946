import type { ParsedToolCall } from '@turnwise/trajectory';
import { invalidToolCall } from './checked-call.js';
import { jsonCall, spacedJson } from './json-call.js';
import type { ReadAction, ToolFormat, WrittenAction } from './tool-format.js';
import { toolSignature } from './tool-signature.js';

/**
 * The format of Hermes, Qwen2.5 and Qwen3: each call is a JSON object between tags, and text may stand beside it.
 *
 *     I compute it.
 *     <tool_call>
 *     {"name": "js", "arguments": {"code": "6*7"}}
 *     </tool_call>
 *
 * A tag that is not closed, or not open, is an `unparsable` call.
 */
export const hermesFormat: ToolFormat = {
  name: 'hermes',
  read,
  write: (calls) =>
    calls
      .map(({ name, arguments: given, rawArguments }) => {
        return `${OPEN}\n{"name": ${JSON.stringify(name)}, "arguments": ${rawArguments ?? spacedJson(given)}}\n${CLOSE}`;
      })
      .join('\n'),
  describe: (tools) =>
    [
      'Tools:',
      ...tools.map(toolSignature),
      `Call: ${OPEN}{"name": ${JSON.stringify(tools[0]?.name ?? 'NAME')}, "arguments": {...}}${CLOSE}`,
    ].join('\n'),
};

const OPEN = '<tool_call>';
const CLOSE = '</tool_call>';

function read({ text, tools, tag, plain }: WrittenAction): ReadAction {
  const [open, close] = [tag(OPEN), tag(CLOSE)];
  const [before = '', ...parts] = text.split(open);
  const calls: ParsedToolCall[] = [];
  const said: string[] = [];
  const saying = (words: string) => {
    const [first = '', ...stray] = words.split(close);
    said.push(plain(first));
    for (const part of stray) calls.push(invalidToolCall('unparsable', plain(close + part), `no ${OPEN}`));
  };
  saying(before);
  for (const part of parts) {
    const end = part.indexOf(close);
    if (end < 0) {
      calls.push(invalidToolCall('unparsable', plain(open + part), `no ${CLOSE}`));
      continue;
    }
    calls.push(jsonCall(plain(part.slice(0, end)).trim(), tools, `call_${calls.length}`));
    saying(part.slice(end + close.length));
  }
  return { calls, said: said.join('').trim() };
}
