import { expect, test } from 'vitest';
import { loadChatTemplate } from './load-chat-template.js';

const hi = { messages: [{ role: 'user', content: 'hi' }] };

test('the file goes before the template inside the config', () => {
  const tokenizerConfig = { chat_template: 'config' };
  expect(loadChatTemplate({ chatTemplate: 'file', tokenizerConfig }).render(hi)).toBe('file');
  expect(loadChatTemplate({ tokenizerConfig }).render(hi)).toBe('config');
});

test('of named templates the one for tools is taken, else the default', () => {
  const named = (...names: string[]) => ({
    tokenizerConfig: { chat_template: names.map((name) => ({ name, template: `is ${name}` })) },
  });
  expect(loadChatTemplate(named('default', 'tool_use', 'rag')).render(hi)).toBe('is tool_use');
  expect(loadChatTemplate(named('rag', 'default')).render(hi)).toBe('is default');
  expect(() => loadChatTemplate(named('rag'))).toThrow(
    'loadChatTemplate: chat_template must be a text or a list with a template named tool_use or default, got [{"name":"rag"',
  );
});

test('special tokens are variables, as text or as an object; those of the config go before the older map', () => {
  const template = loadChatTemplate({
    chatTemplate: '{{ bos_token }}|{{ eos_token }}|{{ pad_token }}|{{ add_bos_token }}',
    tokenizerConfig: { bos_token: '<s>', eos_token: { content: '</s>', special: true }, add_bos_token: true },
    specialTokensMap: { bos_token: '<old>', pad_token: '<pad>' },
  });
  expect(template.render(hi)).toBe('<s>|</s>|<pad>|');
});

test('further variables are those of the caller', () => {
  const files = {
    chatTemplate: '{{ eos_token }} {{ enable_thinking is false }}',
    tokenizerConfig: { eos_token: '</s>' },
  };
  expect(loadChatTemplate(files).render(hi)).toBe('</s> false');
  expect(loadChatTemplate(files, { enable_thinking: false }).render(hi)).toBe('</s> true');
});

test('a folder without a template is refused', () => {
  expect(() => loadChatTemplate({ tokenizerConfig: {} })).toThrow(
    new RangeError(
      'loadChatTemplate: a folder must have chat_template.jinja, or chat_template in tokenizer_config.json, got neither',
    ),
  );
});
