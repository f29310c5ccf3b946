import { describe, expect, test } from 'vitest';
import { data, jsonData } from '../../test/data.js';
import { loadTokenizer } from '../tokenizer/load-tokenizer.js';
import type { ChatMessage, ChatTool } from './chat-message.js';
import { chatTemplate, chatTokenIds } from './chat-template.js';
import { guardedChat, guardedTokenIds } from './guarded-chat.js';

/** Rendered and encoded by `test/data/make_data.py` with `transformers` 5.23.0. */
interface Reference {
  readonly now: string;
  readonly tools: readonly ChatTool[];
  /** The tokenizer of each template. */
  readonly tokenizers: Readonly<Record<string, string>>;
  readonly special: Readonly<Record<string, Record<string, string>>>;
  readonly chats: Readonly<Record<string, readonly ChatMessage[]>>;
  readonly rows: readonly {
    readonly template: string;
    readonly chat: string;
    readonly tools: boolean;
    readonly opened: boolean;
    readonly text?: string;
    readonly ids?: readonly number[];
    /** The template's own words, where it throws. */
    readonly refused?: string;
  }[];
}

const reference: Reference = await jsonData('chats.json');

const families = await Promise.all(
  Object.entries(reference.tokenizers).map(async ([name, kind]) => ({
    name,
    template: chatTemplate(await data(`templates/${name}.jinja`), reference.special[kind]),
    tokenizer: loadTokenizer((await jsonData(`tokenizers/${kind}.json`)).tokenizer),
  })),
);

describe.each(families)('$name', ({ name, template, tokenizer }) => {
  const rows = reference.rows.filter((row) => row.template === name);
  const inputOf = ({ chat, tools, opened }: Reference['rows'][number]) => ({
    messages: reference.chats[chat] ?? [],
    ...(tools ? { tools: reference.tools } : {}),
    addGenerationPrompt: opened,
    now: new Date(reference.now),
  });

  test('conversations have the text of the reference, or are refused as there', () => {
    const got = rows.map((row) => {
      try {
        return template.render(inputOf(row));
      } catch (error) {
        return (error as Error).message;
      }
    });
    expect(got).toEqual(rows.map(({ text, refused }) => text ?? `chat template: ${refused}`));
  });

  test('and its token ids', () => {
    for (const row of rows) {
      if (row.ids !== undefined) expect(chatTokenIds(tokenizer, template, inputOf(row))).toEqual(row.ids);
    }
  });

  test('guarded they are the same, unless a message spells a special token', () => {
    const special = [...tokenizer.specialTokens.keys()];
    const spells = (messages: readonly ChatMessage[]) =>
      special.some((token) => JSON.stringify(messages).includes(token));
    const harmless = rows.filter(({ chat, ids }) => ids !== undefined && !spells(reference.chats[chat] ?? []));
    expect(harmless.length).toBeGreaterThan(10);
    for (const row of harmless) {
      expect(guardedTokenIds(tokenizer, guardedChat(tokenizer, template, inputOf(row)))).toEqual(row.ids);
    }
  });
});

test('the clock is not read', () => {
  const template = chatTemplate(
    "{{ strftime_now is defined }} {{ strftime_now('%d %b %Y') if strftime_now is defined }}",
  );
  expect(template.render({ messages: [] })).toBe('false ');
  expect(template.render({ messages: [], now: new Date('2026-01-02T23:59:59Z') })).toBe('true 02 Jan 2026');
});

test('a template that throws says so in its own words, and whether a date would help', () => {
  const refuses = chatTemplate("{{ raise_exception('no chat') }}");
  expect(() => refuses.render({ messages: [] })).toThrow(new Error('chat template: no chat'));
  const dated = chatTemplate("{{ strftime_now('%d') }}");
  expect(() => dated.render({ messages: [] })).toThrow('(it writes the date: give `now`)');
});

test('ends of lines are line feeds, whatever a checkout made of them', () => {
  expect(chatTemplate('a\r\n{% if true %}\r\nb\r{% endif %}').render({ messages: [] })).toBe('a\nb\n');
});

test('a source that is no template is refused', () => {
  expect(() => chatTemplate('{% if %}')).toThrow(RangeError);
});
