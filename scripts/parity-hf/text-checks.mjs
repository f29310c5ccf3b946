import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chatTokenIds, loadChatTemplate, loadTokenizer } from '../../packages/renderer/dist/index.js';
import { equalIds } from './model-checks.mjs';

/**
 * Token ids of texts and of a chat, and texts of token ids, as the tokenizer and the chat template of a folder give them.
 *
 * @param {string} folder
 * @param {import('./expected.mjs').Expected} expected
 * @returns {import('./model-checks.mjs').Check[]}
 */
export function textChecks(folder, { tokenizer: texts, chat }) {
  if (texts === undefined && chat === undefined) return [];
  const path = join(folder, 'tokenizer.json');
  if (!existsSync(path)) throw new RangeError(`${path}: is missing, though expected.json speaks of token ids`);
  const tokenizerConfig = json(join(folder, 'tokenizer_config.json')) ?? {};
  const tokenizer = loadTokenizer(json(path) ?? {});
  const checks = [];
  if (texts !== undefined) {
    // The file does not say whether the tokens around a text, such as a beginning of text, were asked for: one way for
    // all texts must give the ids.
    const ways = [false, true].map((around) => {
      const ids = texts.map(({ text }) => tokenizer.encodeMarked(text, { around }));
      return equalIds(
        'token ids',
        ids,
        texts.map((one) => one.ids),
      );
    });
    checks.push(
      /** @type {import('./model-checks.mjs').Check} */ (ways.find(({ difference }) => difference === 0) ?? ways[0]),
    );
    const decoded = texts.filter((one) => one.decoded !== undefined);
    const wrong = decoded.find(({ ids, decoded: text }) => tokenizer.decode(ids) !== text);
    const differences = decoded.filter(({ ids, decoded: text }) => tokenizer.decode(ids) !== text).length;
    const note =
      wrong === undefined
        ? {}
        : { note: `${JSON.stringify(wrong.decoded)} was expected, got ${JSON.stringify(tokenizer.decode(wrong.ids))}` };
    if (decoded.length > 0) checks.push({ name: 'decoded text', difference: differences, bar: 0, ...note });
  }
  if (chat !== undefined) {
    const source = join(folder, 'chat_template.jinja');
    const specialTokensMap = json(join(folder, 'special_tokens_map.json'));
    const template = loadChatTemplate({
      ...(existsSync(source) ? { chatTemplate: readFileSync(source, 'utf8') } : {}),
      ...(specialTokensMap === null ? {} : { specialTokensMap }),
      tokenizerConfig,
    });
    const messages = /** @type {import('../../packages/renderer/dist/index.js').ChatMessage[]} */ (chat.messages);
    const ids = chatTokenIds(tokenizer, template, { messages, addGenerationPrompt: true });
    checks.push(equalIds('chat ids', [ids], [chat.ids]));
  }
  return checks;
}

/**
 * @param {string} path
 * @returns {Record<string, unknown> | null}
 */
function json(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null;
}
