import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FENCED_CHAT, HERMES_CHAT, LLAMA_CHAT, writeChatText } from '../../test/tiny-policy.js';
import { BASE_DIRECTORY } from './base-directory.js';
import { checkVocabulary, openText } from './open-text.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'text-'));
});
afterEach(() => rm(directory, { recursive: true }));

const write = (name: string, text: string) => writeFile(join(directory, name), text);

it.each([
  ['hermes', HERMES_CHAT],
  ['fenced', FENCED_CHAT],
  ['llama', LLAMA_CHAT],
] as const)('finds the format %s by what the template does', async (format, chat) => {
  await writeChatText(directory, chat);
  const text = await openText(directory);
  expect(text.format).toBe(format);
  // The first id after the 256 bytes is the end token; the file of the generation config names it too.
  expect(text.renderer.stopTokenIds).toEqual([256]);
  const prompt = text.tokenizer.decode(text.renderer.prompt([{ role: 'user', content: '2+2?' }], []));
  expect(prompt).toContain('Answer as <answer>ANSWER</answer>.');
});

it('keeps the tagged format for the embedded policy', async () => {
  expect((await openText(BASE_DIRECTORY)).format).toBe('tagged');
});

it('of an adapter without a tokenizer, takes that of its model', async () => {
  await writeChatText(join(directory, 'model'), HERMES_CHAT);
  await mkdir(join(directory, 'adapter'));
  await write(join('adapter', 'adapter_config.json'), JSON.stringify({ base_model_name_or_path: '../model' }));
  expect((await openText(join(directory, 'adapter'))).format).toBe('hermes');
});

it('takes what stands between the last answer tags, or all of a short answer', async () => {
  await writeChatText(directory, HERMES_CHAT);
  const { renderer, tokenizer } = await openText(directory);
  const answer = (said: string) => renderer.action([...tokenizer.encode(said), 256], []).answer;
  expect(answer('<answer>1</answer>, no: <answer> 2 </answer>.')).toBe('2');
  expect(answer('42\n')).toBe('42');
  expect(answer('<answer></answer>')).toBeNull();
});

describe('bad folders', () => {
  const refusal = () => openText(directory).then(String, (error: Error) => error.message);

  it('without a tokenizer', async () => {
    expect(await refusal()).toMatch(/tokenizer\.json: a policy needs its tokenizer, got no such file/);
  });

  it('with half a tokenizer', async () => {
    await writeChatText(directory, HERMES_CHAT);
    const path = join(directory, 'tokenizer.json');
    await write('tokenizer.json', (await readFile(path, 'utf8')).slice(0, 100));
    expect(await refusal()).toMatch(/^.*tokenizer\.json: .*JSON/);
    await write('tokenizer.json', '[]');
    expect(await refusal()).toBe(`${path}: must be a JSON object, got []`);
    await write('tokenizer.json', '{"model": {"type": "WordPiece"}, "added_tokens": []}');
    expect(await refusal()).toBe(`${path}: loadTokenizer: model.type must be BPE or Unigram, got "WordPiece"`);
  });

  it('with a template that cannot be read, throws, or rewrites history', async () => {
    await writeChatText(directory, { ...HERMES_CHAT, template: '{% if %}' });
    expect(await refusal()).toContain('chatTemplate: source must be a Jinja template');
    await write('chat_template.jinja', "{{ raise_exception('no chats') }}");
    expect(await refusal()).toBe(`${directory}: chat template: no chats`);
    await write(
      'chat_template.jinja',
      HERMES_CHAT.template.replace('{{ message.content }}', '{{ messages[-1].content }}'),
    );
    expect(await refusal()).toContain('a template must');
  });

  it('without a template and without tags', async () => {
    await writeChatText(directory, HERMES_CHAT);
    await rm(join(directory, 'chat_template.jinja'));
    expect(await refusal()).toContain('a model must have a chat template');
  });

  it('with fewer embeddings than the tokenizer has ids', async () => {
    await writeChatText(directory, HERMES_CHAT);
    const { tokenizer } = await openText(directory);
    // 256 bytes and four special tokens.
    expect(() => checkVocabulary(directory, tokenizer, 260)).not.toThrow();
    expect(() => checkVocabulary(directory, tokenizer, 259)).toThrow(
      `${directory}: vocab_size of the model must be at least the tokenizer's largest id plus one, 260, got 259`,
    );
  });
});
