import type { Tokenizer } from '../tokenizer/tokenizer.js';
import type { ChatInput, ChatTemplate } from './chat-template.js';
import { seamFor } from './seam.js';

/** A rendered conversation in which only the template's own special tokens count. */
export interface GuardedChat {
  readonly text: string;
  readonly seam: string;
}

/** Renders a conversation so that no text of its messages and tools can become a special token. */
export function guardedChat(tokenizer: Tokenizer, template: ChatTemplate, input: ChatInput): GuardedChat {
  const { messages, tools } = input;
  const seam = seamFor(tokenizer, { messages, tools });
  const text = template.render({
    ...input,
    messages: messages.map(({ role, content, ...rest }) => ({
      ...seam.seamed(rest),
      content: seam.seamedContent(content),
      role,
    })),
    ...(tools === undefined ? {} : { tools: seam.seamed(tools) }),
  });
  return { text, seam: seam.character };
}

/** Its token ids: equal to those of the conversation rendered as it is, if no message spells a special token. */
export function guardedTokenIds(tokenizer: Tokenizer, { text, seam }: GuardedChat): number[] {
  return tokenizer.encodeMarked(text, { seam });
}
