import type { ParsedToolCall, Renderer } from '@turnwise/trajectory';

/**
 * A renderer for tests, one token per UTF-16 code unit. `NAME ARGUMENT;` is a call, several make several calls;
 * `TEXT.` is an answer. An observation is `[TEXT]` per result, with `!` before the text of one that is not ok.
 */
export const plainRenderer: Renderer = {
  stopTokenIds: [codes(';')[0] ?? 0, codes('.')[0] ?? 0],
  prompt: (messages) => codes(messages.map(({ content }) => content).join('')),
  action(tokenIds, tools) {
    const content = String.fromCharCode(...tokenIds);
    const names = tools.map(({ name }) => name);
    const toolCalls = content.endsWith(';') ? content.slice(0, -1).split(';').map(readCall(names)) : [];
    return { role: 'assistant', content, toolCalls, answer: content.endsWith('.') ? content.slice(0, -1) : null };
  },
  observation: ({ results }) =>
    codes(results.map(({ status, text }) => `[${status === 'ok' ? '' : '!'}${text}]`).join('')),
  decode: (tokenIds) => String.fromCharCode(...tokenIds),
};

function readCall(names: readonly string[]) {
  return (raw: string, index: number): ParsedToolCall => {
    const [name = '', ...rest] = raw.split(' ');
    if (!names.includes(name)) return { status: 'invalid', reason: 'unknown-tool', raw, message: 'unknown' };
    return { status: 'valid', call: { id: `call_${index}`, name, arguments: { text: rest.join(' ') } } };
  };
}

function codes(text: string): number[] {
  return Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
}
