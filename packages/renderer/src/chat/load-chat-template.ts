import { type ChatTemplate, chatTemplate } from './chat-template.js';

/** The files of a folder in the Hugging Face layout that say how a conversation is written; those it has. */
export interface ChatTemplateFiles {
  /** The text of `chat_template.jinja`, which goes before the template inside `tokenizer_config.json`. */
  readonly chatTemplate?: string;
  /** The parsed `tokenizer_config.json`. */
  readonly tokenizerConfig?: Readonly<Record<string, unknown>>;
  /** The parsed `special_tokens_map.json` of older folders. */
  readonly specialTokensMap?: Readonly<Record<string, unknown>>;
}

/**
 * The chat template of a folder: `chat_template.jinja`, else `chat_template` of `tokenizer_config.json`, which may be
 * one template or a list of named ones; of a list, `tool_use` goes before `default`.
 *
 * @param variables what the template asks for beside the special tokens, such as `{ enable_thinking: false }`
 * @throws RangeError if there is none, or it cannot be read.
 */
export function loadChatTemplate(
  files: ChatTemplateFiles,
  variables: Readonly<Record<string, unknown>> = {},
): ChatTemplate {
  const source = files.chatTemplate ?? sourceOf(files.tokenizerConfig?.['chat_template']);
  if (source === undefined) {
    throw new RangeError(
      'loadChatTemplate: a folder must have chat_template.jinja, or chat_template in tokenizer_config.json, got neither',
    );
  }
  return chatTemplate(source, {
    ...namedTokens({ ...files.specialTokensMap, ...files.tokenizerConfig }),
    ...variables,
  });
}

function sourceOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  const named = Array.isArray(value) ? value.filter(isNamed) : [];
  const chosen = ['tool_use', 'default'].map((wanted) => named.find(({ name }) => name === wanted)).find(Boolean);
  if (chosen === undefined) {
    throw new RangeError(
      'loadChatTemplate: chat_template must be a text or a list with a template named tool_use or default, ' +
        `got ${JSON.stringify(value).slice(0, 60)}`,
    );
  }
  return chosen.template;
}

function isNamed(value: unknown): value is { readonly name: string; readonly template: string } {
  const { name, template } = (value ?? {}) as Record<string, unknown>;
  return typeof name === 'string' && typeof template === 'string';
}

/** `bos_token` and its like, each a text or `{ content }`. */
function namedTokens(config: Readonly<Record<string, unknown>>): Record<string, string> {
  const tokens: Record<string, string> = {};
  for (const [name, value] of Object.entries(config)) {
    if (!name.endsWith('_token')) continue;
    const content = typeof value === 'object' && value !== null ? (value as { content?: unknown }).content : value;
    if (typeof content === 'string') tokens[name] = content;
  }
  return tokens;
}
