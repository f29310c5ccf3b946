import { readFileSync } from 'node:fs';
import { type ChatTemplate, chatTemplate, loadTokenizer, type Tokenizer } from '../src/index.js';

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

export const data = (path: string): string => readFileSync(new URL(`data/${path}`, import.meta.url), 'utf8');

export const tokenizerOf = (kind: string): Tokenizer =>
  loadTokenizer(JSON.parse(data(`tokenizers/${kind}.json`)).tokenizer);

const { special } = JSON.parse(data('chats.json')) as { special: Record<string, Record<string, string>> };

export const templateOf = ({ name, kind }: Pick<Family, 'name' | 'kind'>): ChatTemplate =>
  chatTemplate(data(`templates/${name}.jinja`), special[kind]);
