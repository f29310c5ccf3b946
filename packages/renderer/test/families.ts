import { type ChatTemplate, chatTemplate, loadTokenizer, type Tokenizer } from '../src/index.js';
import { data, jsonData } from './data.js';

/** The test templates, each with the tokenizer of its family, and what a renderer must find out about it. */
export const FAMILIES = [
  { name: 'chatml', kind: 'qwen', format: 'hermes' },
  { name: 'qwen2.5', kind: 'qwen', format: 'hermes' },
  { name: 'qwen3', kind: 'qwen', format: 'hermes' },
  { name: 'llama3', kind: 'llama3', format: 'llama' },
  { name: 'mistral', kind: 'mistral', format: 'mistral' },
  { name: 'mistral-args', kind: 'tekken', format: 'mistral-args' },
  { name: 'llama2', kind: 'llama2', format: 'fenced' },
] as const;

export type Family = (typeof FAMILIES)[number];

export const tokenizerOf = async (kind: string): Promise<Tokenizer> =>
  loadTokenizer((await jsonData(`tokenizers/${kind}.json`)).tokenizer);

export const templateOf = async ({ name, kind }: Pick<Family, 'name' | 'kind'>): Promise<ChatTemplate> =>
  chatTemplate(await data(`templates/${name}.jinja`), (await jsonData('chats.json')).special[kind]);
