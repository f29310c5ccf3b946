import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadTokenizer } from '../../packages/renderer/dist/index.js';
import { equalIds } from './model-checks.mjs';

/**
 * Token ids of texts and of a chat, as the tokenizer and the chat template of a folder give them.
 *
 * @param {string} folder
 * @param {import('./expected.mjs').Expected} expected
 * @returns {Promise<import('./model-checks.mjs').Check[]>}
 */
export async function textChecks(folder, { tokenizer }) {
  if (tokenizer === undefined) return [];
  const read = (/** @type {string} */ name) => JSON.parse(readFileSync(join(folder, name), 'utf8'));
  const own = loadTokenizer(read('tokenizer.json'), read('tokenizer_config.json'));
  const ids = tokenizer.map(({ text }) => own.encode(text));
  return [
    equalIds(
      'token ids',
      ids,
      tokenizer.map((one) => one.ids),
    ),
  ];
}
