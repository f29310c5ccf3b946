import type { ParsedToolCall, ToolCall, ToolDefinition } from '@turnwise/trajectory';
import type { ToolFormat } from '../src/formats/tool-format.js';

const js: ToolDefinition = {
  name: 'js',
  description: 'Runs JavaScript.',
  inputSchema: { type: 'object', properties: { code: { type: 'string' } }, required: ['code'] },
  codeArgument: 'code',
};
const find: ToolDefinition = {
  name: 'find',
  description: 'Looks up.',
  inputSchema: { type: 'object', properties: { name: { type: 'string' }, deep: {} }, required: ['name', 'deep'] },
};
const list: ToolDefinition = { name: 'list', description: 'Lists.', inputSchema: { type: 'object' } };
export const tools = [js, find, list];

/** Reads text in which no tag is a token of its own. */
export const read = (format: ToolFormat, text: string) =>
  format.read({ text, tools, tag: (name) => name, plain: (part) => part });

/** The same with every tag a token: written out between seams. */
export const readTokens = (format: ToolFormat, text: string) =>
  format.read({ text, tools, tag: (name) => `\ufdd0${name}\ufdd0`, plain: (part) => part.replaceAll('\ufdd0', '') });

export const valid = (name: string, given: object, id = 'call_0', rawArguments?: string): ParsedToolCall => ({
  status: 'valid',
  call: {
    id,
    name,
    arguments: given as ToolCall['arguments'],
    ...(rawArguments === undefined ? {} : { rawArguments }),
  },
});
export const unparsable = (raw: string, message: string): ParsedToolCall => ({
  status: 'invalid',
  reason: 'unparsable',
  raw,
  message,
});
