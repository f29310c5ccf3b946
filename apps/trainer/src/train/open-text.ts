import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  type ChatTemplate,
  type ChosenRenderer,
  loadChatTemplate,
  loadTokenizer,
  rendererFor,
  type Tokenizer,
  type TokenizerFile,
} from '@turnwise/renderer';
import { chatAnswer, withChatInstructions } from './chat-instructions.js';

/** The text side of a policy. */
export interface PolicyText extends ChosenRenderer {
  readonly tokenizer: Tokenizer;
}

/** What chat templates that write the date are told is today: one day for every run, so that a run can be repeated. */
const TODAY = new Date('2024-07-26T00:00:00Z');

/**
 * The tokenizer of a folder in the Hugging Face layout, and the renderer that its chat template asks for. A renderer
 * of chats tells the policy how to give its final answer, as the tagged format does by its tags. An adapter without a
 * tokenizer beside it has that of its model.
 *
 * @throws Error that names the file for one that is missing, no JSON, or that the renderer refuses.
 */
export async function openText(folder: string): Promise<PolicyText> {
  const directory = await textFolder(folder);
  const path = join(directory, 'tokenizer.json');
  const tokenizerJson = await readJson(path);
  if (tokenizerJson === undefined) {
    throw new Error(
      `${path}: a policy needs its tokenizer, got no such file (a tokenizer.model alone is not read: save it with the ` +
        'fast tokenizer of transformers)',
    );
  }
  const tokenizer = told(path, () => loadTokenizer(tokenizerJson));
  const template = await openTemplate(directory);
  const endTokenIds = await readEndTokenIds(directory, tokenizer);
  const chosen = told(directory, () =>
    rendererFor({
      tokenizer,
      ...(template === undefined ? {} : { template }),
      endTokenIds,
      answer: chatAnswer,
      now: TODAY,
    }),
  );
  const renderer = template === undefined ? chosen.renderer : withChatInstructions(chosen.renderer);
  return { ...chosen, renderer, tokenizer };
}

async function textFolder(folder: string): Promise<string> {
  if (existsSync(join(folder, 'tokenizer.json'))) return folder;
  const base = (await readJson(join(folder, 'adapter_config.json')))?.['base_model_name_or_path'];
  return typeof base === 'string' ? resolve(folder, base) : folder;
}

/**
 * @throws RangeError when the tokenizer has ids that the policy has no embedding for.
 */
export function checkVocabulary(directory: string, tokenizer: Tokenizer, vocabularySize: number): void {
  if (tokenizer.vocabularySize > vocabularySize) {
    throw new RangeError(
      `${directory}: vocab_size of the model must be at least the tokenizer's largest id plus one, ` +
        `${tokenizer.vocabularySize}, got ${vocabularySize}: tokenizer and weights are not of one model`,
    );
  }
}

async function openTemplate(directory: string): Promise<ChatTemplate | undefined> {
  const [chatTemplate, tokenizerConfig, specialTokensMap] = await Promise.all([
    readText(join(directory, 'chat_template.jinja')),
    readJson(join(directory, 'tokenizer_config.json')),
    readJson(join(directory, 'special_tokens_map.json')),
  ]);
  if (chatTemplate === undefined && (tokenizerConfig?.['chat_template'] ?? null) === null) return undefined;
  return told(directory, () =>
    loadChatTemplate({
      ...(chatTemplate === undefined ? {} : { chatTemplate }),
      ...(tokenizerConfig === undefined ? {} : { tokenizerConfig }),
      ...(specialTokensMap === undefined ? {} : { specialTokensMap }),
    }),
  );
}

/** `eos_token_id` of the generation config, else of the model's: one id, or several. Ids without a token end nothing. */
async function readEndTokenIds(directory: string, tokenizer: Tokenizer): Promise<number[]> {
  for (const name of ['generation_config.json', 'config.json']) {
    const value = (await readJson(join(directory, name)))?.['eos_token_id'] ?? null;
    if (value === null) continue;
    const ids: readonly unknown[] = Array.isArray(value) ? value : [value];
    return ids.filter((id): id is number => Number.isSafeInteger(id) && tokenizer.hasToken(id as number));
  }
  return [];
}

async function readJson(path: string): Promise<TokenizerFile | undefined> {
  const text = await readText(path);
  if (text === undefined) return undefined;
  return told(path, () => {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new RangeError(`must be a JSON object, got ${JSON.stringify(value)?.slice(0, 60)}`);
    }
    return value as TokenizerFile;
  });
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The result, or the error with the file or folder that it is about before its message. */
function told<T>(path: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw new Error(`${path}: ${(error as Error).message}`, { cause: error });
  }
}
