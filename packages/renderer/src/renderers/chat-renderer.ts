import type {
  ActionMessage,
  ObservationMessage,
  PromptMessage,
  Renderer,
  ToolDefinition,
  ToolResult,
} from '@turnwise/trajectory';
import type { ChatMessage } from '../chat/chat-message.js';
import type { ChatTemplate } from '../chat/chat-template.js';
import { guardedChat, guardedTokenIds } from '../chat/guarded-chat.js';
import { invalidToolCall } from '../formats/checked-call.js';
import { clipText } from '../formats/clip-text.js';
import { callIdOf } from '../formats/tool-format.js';
import type { Tokenizer } from '../tokenizer/tokenizer.js';
import { chatToolOf, systemSays, userSays } from './probe.js';
import { readWritten } from './read-action.js';
import { afterAction, callingMessage, NAMELESS, resultMessages } from './stand-in.js';
import type { TemplateTraits } from './template-traits.js';

export interface ChatRendererOptions {
  /** Most characters of one tool result that the policy sees; a longer one is cut and ends in `~`. */
  readonly maxResultCharacters?: number;
  /** The final answer in what an action without calls says, or `null`. Default: all of it, trimmed, if it is anything. */
  readonly answer?: (said: string) => string | null;
  /** What templates are told is now; without it a template that needs a date throws. */
  readonly now?: Date;
}

export interface ChatRendererParts {
  readonly tokenizer: Tokenizer;
  readonly template: ChatTemplate;
  readonly traits: TemplateTraits;
  /** Tokens that end an action beside the template's own end token. */
  readonly endTokenIds?: readonly number[];
}

/**
 * A renderer that writes with a chat template and reads with a tool format.
 *
 * The prompt is the template's. An observation is what the template writes after the end of an action: the conversation
 * is rendered with a stand-in for the action, and only what follows its end token is taken. What was sampled is never
 * rendered or encoded again, also where the template would write the same call with other spaces.
 *
 * No text of a message, a tool result or a tool's description becomes a special token ({@link guardedChat}). The result
 * of a call that failed begins with its status, as in `error: unknown tool`.
 *
 * | action | message |
 * |---|---|
 * | calls, valid or invalid, with or without words beside them | these calls, no answer |
 * | words, ended by the policy | the answer that `answer` finds in them |
 * | words that were cut off; reasoning that was never closed | no calls, no answer |
 */
export function chatRenderer(parts: ChatRendererParts, options: ChatRendererOptions = {}): Renderer {
  const { tokenizer, template, traits, endTokenIds = [] } = parts;
  const { maxResultCharacters = 4000, answer = trimmedAnswer, now } = options;
  // Refuses a limit without room at once, and not at the first result.
  clipText('', maxResultCharacters);
  const stopTokenIds = [...new Set([tokenizer.idOf(traits.endToken), ...endTokenIds])];
  const time = now === undefined ? {} : { now };
  return {
    stopTokenIds,
    prompt(messages, tools) {
      const told = traits.tellsTools && tools.length > 0 ? { tools: tools.map(chatToolOf) } : {};
      const chat = guardedChat(tokenizer, template, {
        messages: promptMessages(messages, tools, traits),
        addGenerationPrompt: true,
        ...told,
        ...time,
      });
      return guardedTokenIds(tokenizer, chat);
    },
    action: (tokenIds, tools) => readAction(parts, stopTokenIds, answer, tokenIds, tools),
    observation(message, action) {
      const results = resultsOf(message, action, traits).map((result) => ({
        ...result,
        text: clipText(result.text, maxResultCharacters),
      }));
      // Under the names and ids of the calls that were made: a template may repeat them beside a result.
      const calls = traits.severalCalls ? results : results.slice(0, 1);
      const messages = [userSays('hi'), callingMessage(traits, { calls }), ...resultMessages(traits, results)];
      const { text, seam } = guardedChat(tokenizer, template, { messages, addGenerationPrompt: true, ...time });
      const suffix = afterAction(text, traits.endToken);
      if (suffix === null) throw new Error('chat renderer: the template refuses an action with these results');
      // Encoded behind its end token, which may swallow the white space that follows; then that token is taken off.
      return tokenizer.encodeMarked(traits.endToken + suffix, { seam }).slice(1);
    },
    decode: (tokenIds) => tokenizer.decode(tokenIds),
  };
}

function promptMessages(
  messages: readonly PromptMessage[],
  tools: readonly ToolDefinition[],
  { format, tellsTools, systemRole }: TemplateTraits,
): ChatMessage[] {
  if (messages.length === 0) throw new RangeError('chatRenderer.prompt: messages must not be empty, got 0');
  const described = tellsTools || tools.length === 0 ? [] : [format.describe(tools)];
  const system = [...messages.filter(isSystem).map(({ content }) => content), ...described].join('\n\n');
  const others = messages
    .filter((message) => !isSystem(message))
    .map(({ role, content }): ChatMessage => ({ role, content }));
  if (system === '') return others;
  if (systemRole === 'system') return [systemSays(system), ...others];
  const [first, ...rest] = others;
  if (first?.role !== 'user') {
    throw new RangeError(
      'chatRenderer.prompt: the template keeps no system message, so a user message must follow one, ' +
        `got ${first?.role ?? 'none'}`,
    );
  }
  return [userSays(`${system}\n\n${first.content}`), ...rest];
}

const isSystem = ({ role }: PromptMessage): boolean => role === 'system';

function readAction(
  { tokenizer, traits }: ChatRendererParts,
  stopTokenIds: readonly number[],
  answer: (said: string) => string | null,
  tokenIds: readonly number[],
  tools: readonly ToolDefinition[],
): ActionMessage {
  const content = tokenizer.decode(tokenIds);
  const ended = stopTokenIds.includes(tokenIds.at(-1) ?? -1);
  const body = ended ? tokenIds.slice(0, -1) : tokenIds;
  const { calls, said } = readWritten(tokenizer, body, { ...traits, tools });
  const toolCalls =
    calls.length > 1 && !traits.severalCalls
      ? [invalidToolCall('unparsable', tokenizer.decode(body), 'one call at a time')]
      : calls;
  return { role: 'assistant', content, toolCalls, answer: toolCalls.length === 0 && ended ? answer(said) : null };
}

const trimmedAnswer = (said: string): string | null => (said.trim() === '' ? null : said.trim());

function resultsOf({ results }: ObservationMessage, action: ActionMessage | undefined, { format }: TemplateTraits) {
  return results.map((result, i) => {
    const parsed = action?.toolCalls[i];
    const call = parsed?.status === 'valid' ? parsed.call : undefined;
    return {
      text: resultText(result),
      id: call?.id ?? callIdOf(format, i),
      name: call?.name ?? NAMELESS,
    };
  });
}

function resultText(result: ToolResult): string {
  switch (result.status) {
    case 'ok':
      return result.text;
    case 'error':
    case 'timeout':
    case 'out-of-memory':
    case 'output-limit':
    case 'infrastructure-failure':
      return result.text === '' ? result.status : `${result.status}: ${result.text}`;
    default:
      return result satisfies never;
  }
}
