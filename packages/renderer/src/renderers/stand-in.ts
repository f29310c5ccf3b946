import type { ChatMessage } from '../chat/chat-message.js';
import { callIdOf, type ToolFormat } from '../formats/tool-format.js';
import { assistantSays, MARK, PROBE_TOOL, userSays } from './probe.js';

/** Calls in the `tool_calls` of a message, or in its text. */
export type CallForm = 'tool_calls' | 'content';

/** How actions and results are put to a template. */
export interface ConversationForm {
  readonly format: ToolFormat;
  readonly callForm: CallForm;
  readonly resultRole: 'tool' | 'user';
}

/** What a call is called that has no name, because it could not be read. */
export const NAMELESS = 'tool';

/** Which call a result answers. */
export interface CallName {
  readonly id?: string;
  readonly name: string;
}

/** An action with `calls`, by default one of the probe's tool; the mark is an argument of the last one. */
export function callingMessage(
  { format, callForm }: Pick<ConversationForm, 'format' | 'callForm'>,
  {
    calls: named = [{ name: PROBE_TOOL.name }],
    said = '',
    reasoning,
  }: { readonly calls?: readonly CallName[]; readonly said?: string; readonly reasoning?: string } = {},
): ChatMessage {
  const calls = named.map(({ id, name }, i) => ({
    id: id ?? callIdOf(format, i),
    name,
    arguments: { word: i === named.length - 1 ? MARK : 'other', count: 7 },
  }));
  const extra = reasoning === undefined ? {} : { reasoning_content: reasoning };
  if (callForm === 'content') {
    const tools = named.map(({ name }) => ({ ...PROBE_TOOL, name }));
    return { ...assistantSays(`${said}${said === '' ? '' : '\n'}${format.write(calls, tools)}`), ...extra };
  }
  return {
    ...assistantSays(said),
    ...extra,
    tool_calls: calls.map(({ id, name, arguments: given }) => ({
      id,
      type: 'function',
      function: { name, arguments: given },
    })),
  };
}

/** The messages that answer an action: one per result, or one in all where results are what the user says. */
export function resultMessages(
  { format, resultRole }: Pick<ConversationForm, 'format' | 'resultRole'>,
  results: readonly { readonly text: string; readonly id?: string; readonly name?: string }[],
): ChatMessage[] {
  if (resultRole === 'user') return [userSays(results.map(({ text }) => text).join('\n'))];
  return results.map(({ text, id, name }, i) => ({
    role: 'tool',
    content: text,
    tool_call_id: id ?? callIdOf(format, i),
    name: name ?? PROBE_TOOL.name,
  }));
}

/** What a template writes after the action, whose end is the first end token behind the mark; `null`: it refuses. */
export function afterAction(text: string | null, endToken: string): string | null {
  if (text === null) return null;
  const mark = text.indexOf(MARK);
  const end = mark < 0 ? -1 : text.indexOf(endToken, mark);
  return end < 0 ? null : text.slice(end + endToken.length);
}
