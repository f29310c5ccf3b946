import type { ParsedToolCall, ToolCall, ToolDefinition } from '@turnwise/trajectory';
import { invalidToolCall } from './checked-call.js';
import { spacedJson } from './json-call.js';
import { parseToolCall, textPropertyOf } from './parse-tool-call.js';
import type { ReadAction, ToolFormat } from './tool-format.js';
import { toolSignature } from './tool-signature.js';

/**
 * Fenced code, for models that know no other way to call: the word after the fence names the tool, the lines inside are
 * its argument.
 *
 *     ```js
 *     6 * 7
 *     ```
 *
 * `javascript`, `typescript`, `ts`, `python` and `py` stand for the one tool that takes code, if there is exactly one
 * and no tool of that name. A fence with any other word, or none, is text: models show code that they do not mean to
 * run. A tool with one required string gets the lines as they stand, another one reads them as a JSON object. A fence
 * is closed by one at least as long; one that names a tool and is never closed is an `unparsable` call.
 */
export const fencedFormat: ToolFormat = {
  name: 'fenced',
  read: ({ text, tools, plain }) => readFences(plain(text), tools),
  write: (calls, tools) => calls.map((call) => fenced(call, tools)).join('\n'),
  describe: (tools) =>
    [
      'Tools:',
      ...tools.map(toolSignature),
      'To use one, write its name after a fence, then its input and a closing fence:',
      `\`\`\`${tools[0]?.name ?? 'NAME'}`,
      tools[0] === undefined || textPropertyOf(tools[0]) !== null ? 'INPUT' : '{...}',
      '```',
    ].join('\n'),
};

const CODE_WORDS = new Set(['javascript', 'typescript', 'ts', 'python', 'py']);
const OPENING_FENCE = /^ {0,3}(`{3,})[ \t]*([^\s`]*)[ \t]*$/;

function readFences(text: string, tools: readonly ToolDefinition[]): ReadAction {
  const lines = text.split('\n');
  const calls: ParsedToolCall[] = [];
  const said: string[] = [];
  for (let i = 0; i < lines.length; i += 1) {
    const line = lines[i] as string;
    const fence = OPENING_FENCE.exec(line);
    const end = fence === null ? -1 : closingFence(lines, i + 1, fence[1] as string);
    const tool = fence === null ? undefined : toolOf(fence[2] as string, tools);
    if (tool === undefined) {
      // The lines of another fence are text too, whatever they look like.
      const last = end < 0 ? i : end;
      said.push(...lines.slice(i, last + 1));
      i = last;
      continue;
    }
    if (end < 0) {
      calls.push(invalidToolCall('unparsable', lines.slice(i).join('\n'), 'the fence is not closed'));
      break;
    }
    const argument = lines.slice(i + 1, end).join('\n');
    calls.push(parseToolCall(`${tool.name} ${argument}`, tools, `call_${calls.length}`));
    i = end;
  }
  return { calls, said: said.join('\n').trim() };
}

function closingFence(lines: readonly string[], from: number, opening: string): number {
  return lines.findIndex(
    (line, i) => i >= from && (/^ {0,3}(`{3,})[ \t]*$/.exec(line)?.[1]?.length ?? 0) >= opening.length,
  );
}

function toolOf(word: string, tools: readonly ToolDefinition[]): ToolDefinition | undefined {
  const named = tools.find(({ name }) => name === word);
  if (named !== undefined || !CODE_WORDS.has(word.toLowerCase())) return named;
  const takingCode = tools.filter(({ codeArgument }) => codeArgument !== undefined);
  return takingCode.length === 1 ? takingCode[0] : undefined;
}

/**
 * The argument as the tool's schema has it read, in a fence longer than any inside. Throws a `RangeError` for a tool that
 * is not there, and for arguments beside the one that is written as it stands.
 */
function fenced({ name, arguments: given }: ToolCall, tools: readonly ToolDefinition[]): string {
  const tool = tools.find((candidate) => candidate.name === name);
  if (tool === undefined)
    throw new RangeError(`fencedFormat.write: a call must name a tool, got ${JSON.stringify(name)}`);
  const property = textPropertyOf(tool);
  const beside = Object.keys(given).filter((key) => key !== property);
  if (property !== null && beside.length > 0) {
    throw new RangeError(`fencedFormat.write: ${name} must have no argument but ${property}, got ${beside.join(', ')}`);
  }
  const body = property === null ? spacedJson(given) : String(given[property]);
  const longest = Math.max(2, ...(body.match(/`{3,}/g) ?? []).map((fence) => fence.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${name}\n${body}\n${fence}`;
}
