import type { ActionMessage, PromptMessage, Renderer, ToolDefinition, ToolResult } from '@turnwise/trajectory';
import { invalidToolCall } from '../formats/checked-call.js';
import { clipText } from '../formats/clip-text.js';
import { parseToolCall } from '../formats/parse-tool-call.js';
import type { Tokenizer } from '../tokenizer/tokenizer.js';
import { TAGS } from './tags.js';

export interface TaggedRendererOptions {
  /** Most characters of one tool result that the policy sees, its marks `!` and `~` included. */
  readonly maxResultCharacters?: number;
}

/**
 * The renderer of the tagged format, in which one token opens and one closes each part:
 *
 *     <user>QUESTION</user>free text<call>NAME ARGUMENT</call><result>TEXT</result>free text<answer>TEXT</answer>
 *
 * The policy writes free text, then one call or one answer; `</call>` and `</answer>` end the action. The tools are
 * not part of the prompt: a policy of this format knows them from its training.
 *
 * Tags are recognised by token id, never by their characters, and text is encoded as plain characters: no prompt, no
 * tool result and no sampled character can forge a tag. Append-only by construction: each part is encoded by itself.
 *
 * | tags of the action | message |
 * |---|---|
 * | `<call>` ... `</call>` at the end | one call, valid or invalid ({@link parseToolCall}) |
 * | `<answer>` ... `</answer>` at the end | the answer, which may be empty |
 * | none, or only `<answer>` (cut off) | no call, no answer |
 * | anything else: not closed, nested, stray | one invalid call, `unparsable` |
 *
 * The result of a call that failed starts with `!`; a longer one than `maxResultCharacters` is cut and ends in `~`.
 *
 * Throws a `RangeError` if the tokenizer lacks a tag, if `maxResultCharacters` is not an integer of at least 2, and
 * for a prompt that is empty or holds another role than `user`.
 */
export function taggedRenderer(tokenizer: Tokenizer, options: TaggedRendererOptions = {}): Renderer {
  const { maxResultCharacters = 48 } = options;
  if (!Number.isInteger(maxResultCharacters) || maxResultCharacters < 2) {
    throw new RangeError(
      `taggedRenderer: maxResultCharacters must be an integer of at least 2, got ${maxResultCharacters}`,
    );
  }
  const tags = tagIds(tokenizer);
  return {
    stopTokenIds: [tags['</call>'], tags['</answer>']],
    prompt(messages) {
      checkPrompt(messages);
      return messages.flatMap(({ content }) => [tags['<user>'], ...tokenizer.encode(content), tags['</user>']]);
    },
    action: (tokenIds, tools) => readAction(tokenizer, tags, tokenIds, tools),
    observation: ({ results }) =>
      results.flatMap((result) => [
        tags['<result>'],
        ...tokenizer.encode(clipText(resultText(result), maxResultCharacters)),
        tags['</result>'],
      ]),
    decode: (tokenIds) => tokenizer.decode(tokenIds),
  };
}

type TagIds = Readonly<Record<(typeof TAGS)[number], number>>;

function tagIds(tokenizer: Tokenizer): TagIds {
  return Object.fromEntries(TAGS.map((tag) => [tag, tokenizer.idOf(tag)])) as TagIds;
}

function checkPrompt(messages: readonly PromptMessage[]): void {
  if (messages.length === 0) throw new RangeError('taggedRenderer.prompt: messages must not be empty, got 0');
  for (const { role } of messages) {
    if (role !== 'user') throw new RangeError(`taggedRenderer.prompt: role must be user, got ${role}`);
  }
}

function readAction(
  tokenizer: Tokenizer,
  tags: TagIds,
  tokenIds: readonly number[],
  tools: readonly ToolDefinition[],
): ActionMessage {
  const content = tokenizer.decode(tokenIds);
  const message = { role: 'assistant', content, toolCalls: [], answer: null } as const;
  const found = tokenIds.filter((id) => tokenizer.isSpecial(id));
  const closed = found.length === 2 && tokenIds.at(-1) === found[1];
  const inner = () => tokenizer.decode(tokenIds.slice(tokenIds.indexOf(found[0] ?? -1) + 1, -1));

  if (closed && found[0] === tags['<call>'] && found[1] === tags['</call>']) {
    return { ...message, toolCalls: [parseToolCall(inner(), tools)] };
  }
  if (closed && found[0] === tags['<answer>'] && found[1] === tags['</answer>']) {
    return { ...message, answer: inner() };
  }
  if (found.length === 0 || (found.length === 1 && found[0] === tags['<answer>'])) return message;
  return { ...message, toolCalls: [invalidToolCall('unparsable', content, 'syntax error')] };
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
      return `!${result.text === '' ? result.status : result.text}`;
    default:
      return result satisfies never;
  }
}
