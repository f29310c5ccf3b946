import { Environment, Interpreter, parse, tokenize } from '@huggingface/jinja';
import type { Tokenizer } from '../tokenizer/tokenizer.js';
import type { ChatMessage, ChatTool } from './chat-message.js';
import { mapTexts } from './map-texts.js';
import { strftime } from './strftime.js';

/** What a chat template is told. */
export interface ChatInput {
  readonly messages: readonly ChatMessage[];
  /** Absent: `none`, as `transformers` says it. */
  readonly tools?: readonly ChatTool[];
  /** Ends where the policy goes on; off. */
  readonly addGenerationPrompt?: boolean;
  /**
   * What `strftime_now` tells, in UTC. Without it the function is undefined: a template that has a date of its own
   * writes that, another one throws. The clock is never read, so the same conversation is the same text tomorrow.
   */
  readonly now?: Date;
}

/** Messages to text. */
export interface ChatTemplate {
  readonly source: string;
  /** @throws Error if the template throws: it refuses the conversation, or cannot be computed. */
  render(input: ChatInput): string;
}

/**
 * A chat template in Jinja, as `transformers` renders it: blocks are trimmed, `tojson` keeps characters outside ASCII,
 * and the special tokens of `tokenizer_config.json` are variables, such as `bos_token`.
 *
 * @param source the text of `chat_template.jinja`
 * @param variables the special tokens by their names, such as `{ bos_token: '<s>' }`, and what else the template asks for,
 *   such as `{ enable_thinking: false }`
 * @throws RangeError if the source cannot be read as a template.
 *
 * @example
 * const template = chatTemplate('{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}');
 * template.render({ messages: [{ role: 'user', content: '2+2?' }] }); // 'user: 2+2?\n'
 */
export function chatTemplate(source: string, variables: Readonly<Record<string, unknown>> = {}): ChatTemplate {
  const program = compiled(source);
  return {
    source,
    render({ messages, tools, addGenerationPrompt = false, now }) {
      const known = {
        ...GLOBALS,
        ...(now === undefined ? {} : { strftime_now: (format: string) => strftime(now, format) }),
        ...variables,
        messages: mapTexts(messages, hideMark),
        tools: mapTexts(tools ?? null, hideMark),
        documents: null,
        add_generation_prompt: addGenerationPrompt,
      };
      try {
        const environment = new Environment();
        for (const [name, value] of Object.entries(known)) environment.set(name, value);
        return String(new Interpreter(environment).run(program).value).replaceAll(HIDDEN_MARK, BYTE_ORDER_MARK);
      } catch (error) {
        const hint = now === undefined && source.includes('strftime_now') ? ' (it writes the date: give `now`)' : '';
        throw new Error(`chat template: ${messageOf(error)}${hint}`, { cause: error });
      }
    },
  };
}

/** White space to JavaScript, and thus to `trim`, but not to Python: hidden while a template runs. */
const BYTE_ORDER_MARK = '\ufeff';
const HIDDEN_MARK = '\ufdef';
const hideMark = (text: string): string => text.replaceAll(BYTE_ORDER_MARK, HIDDEN_MARK);

/** What every template may use. Set here and not by the library, which reads the clock for `strftime_now`. */
const GLOBALS = {
  true: true,
  false: false,
  none: null,
  True: true,
  False: false,
  None: null,
  range,
  raise_exception(message: unknown) {
    throw new Error(String(message));
  },
};

function range(start: number, stop?: number, step = 1): number[] {
  const [from, to] = stop === undefined ? [0, start] : [start, stop];
  if (step === 0) throw new Error('range() step must not be zero');
  return Array.from({ length: Math.max(0, Math.ceil((to - from) / step)) }, (_, i) => from + i * step);
}

/**
 * The token ids of a conversation, as `apply_chat_template(..., tokenize=True)` gives them: special tokens count
 * wherever they are written, in messages too. For trusted messages only; a renderer encodes what others wrote.
 */
export function chatTokenIds(tokenizer: Tokenizer, template: ChatTemplate, input: ChatInput): number[] {
  return tokenizer.encodeMarked(template.render(input));
}

function compiled(source: string) {
  try {
    // Jinja reads every end of line as a line feed; a checkout on Windows may have changed them.
    return parse(tokenize(source.replace(/\r\n?/g, '\n'), { lstrip_blocks: true, trim_blocks: true }));
  } catch (error) {
    throw new RangeError(
      `chatTemplate: source must be a Jinja template, got one that cannot be read: ${messageOf(error)}`,
      {
        cause: error,
      },
    );
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
