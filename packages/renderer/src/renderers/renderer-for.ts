import type { Renderer } from '@turnwise/trajectory';
import type { ChatTemplate } from '../chat/chat-template.js';
import { fencedFormat } from '../formats/fenced-format.js';
import { hermesFormat } from '../formats/hermes-format.js';
import { llamaFormat } from '../formats/llama-format.js';
import { mistralArgsFormat, mistralFormat } from '../formats/mistral-format.js';
import type { ToolFormat } from '../formats/tool-format.js';
import type { Tokenizer } from '../tokenizer/tokenizer.js';
import { type ChatRendererOptions, chatRenderer } from './chat-renderer.js';
import { taggedRenderer } from './tagged-renderer.js';
import { TAGS } from './tags.js';
import { type TemplateTraits, templateTraits } from './template-traits.js';

/** The formats that are looked for, in this order. */
export const TOOL_FORMATS: readonly ToolFormat[] = [
  hermesFormat,
  mistralFormat,
  mistralArgsFormat,
  llamaFormat,
  fencedFormat,
];

export interface RendererForOptions extends ChatRendererOptions {
  readonly tokenizer: Tokenizer;
  /** Absent for a folder without one. */
  readonly template?: ChatTemplate | undefined;
  /** Further tokens that end an action: `eos_token_id` of `generation_config.json` or `config.json`. */
  readonly endTokenIds?: readonly number[];
  /** Looked for before the known formats. */
  readonly formats?: readonly ToolFormat[];
  /** Taken without looking. */
  readonly format?: ToolFormat;
}

/** A renderer, and why it is this one. */
export interface ChosenRenderer {
  readonly renderer: Renderer;
  /** The name of the tool format, `tagged` for the tagged format of this package. */
  readonly format: string;
  /** What was found out about the template, a sentence each. */
  readonly reasons: readonly string[];
}

/**
 * The renderer for a tokenizer and a chat template, by what the template does with small conversations: how it writes
 * a call (the format that reads the probe's call back is taken), whether it tells which tools there are, how it writes
 * results, and whether it keeps history. The name of a model is never looked at.
 *
 * Without a template the tokenizer must have the tags of the tagged format.
 *
 * @throws RangeError with the reason for a template that rewrites history, refuses our conversations, or writes calls
 * as no format reads them; for no template and no tags; and for an end token that the tokenizer lacks.
 *
 * @example
 * const { renderer, format, reasons } = rendererFor({ tokenizer, template });
 */
export function rendererFor(options: RendererForOptions): ChosenRenderer {
  const { tokenizer, template, endTokenIds = [], formats = [], format } = options;
  for (const id of endTokenIds) tokenizer.tokenOf(id);
  if (template === undefined) return tagged(options);
  const traits = templateTraits({
    ...options,
    template,
    formats: [...formats, ...TOOL_FORMATS],
    ...(format === undefined ? {} : { format }),
  });
  return {
    renderer: chatRenderer({ tokenizer, template, traits, endTokenIds }, options),
    format: traits.format.name,
    reasons: reasonsFor(traits),
  };
}

function tagged({ tokenizer, maxResultCharacters }: RendererForOptions): ChosenRenderer {
  const missing = TAGS.filter((tag) => !tokenizer.specialTokens.has(tag));
  if (missing.length > 0) {
    throw new RangeError(
      'rendererFor: a model must have a chat template, or a vocabulary with the tags of the tagged format, ' +
        `got none and no ${missing.join(', ')}`,
    );
  }
  return {
    renderer: taggedRenderer(tokenizer, maxResultCharacters === undefined ? {} : { maxResultCharacters }),
    format: 'tagged',
    reasons: ['There is no chat template, and the vocabulary has the tags of the tagged format.'],
  };
}

function reasonsFor(traits: TemplateTraits): string[] {
  const { format, writesCalls, tellsTools, resultRole, systemRole, severalCalls, endToken, opensReasoning } = traits;
  return [
    writesCalls
      ? `The template writes calls in the format ${format.name}.`
      : `The template writes no calls: they are text in the format ${format.name}.`,
    tellsTools ? 'It tells which tools there are.' : 'It tells of no tools: they are described in the system message.',
    resultRole === 'tool' ? 'Results have a role of their own.' : 'Results are what the user says.',
    ...(systemRole === 'system'
      ? []
      : ['It does not keep a system message: what that says goes before the first user message.']),
    ...(severalCalls ? [] : ['It answers one call at a time.']),
    ...(opensReasoning ? ['It begins the reasoning of an action itself.'] : []),
    `Actions end with ${endToken}.`,
  ];
}
