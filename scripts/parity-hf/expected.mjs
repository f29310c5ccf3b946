import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What `transformers` computed for a checkpoint, as `expected.json` beside it says.
 *
 * @typedef {object} Expected
 * @property {string} source
 * @property {number[][]} inputIds
 * @property {number[][]} [logitsLastPosition]
 * @property {number[][]} logprobs of each token but the first
 * @property {number[][]} entropy after each token
 * @property {number[][]} coefficients of each token but the first
 * @property {number} linearLoss `-sum(c * logprob)`
 * @property {Record<string, [number, number, number, number]>} gradients_norm_first_last_sum of the linear loss
 * @property {{ lr: number, betas: [number, number], eps: number, weightDecay: number, clipNorm: number,
 *   losses: number[], gradNorms: number[], logprobsAfter: number[][] }} adamw steps on `-mean(c * logprob)`
 * @property {{ prompt: number[], tokens: number[] }} greedy
 * @property {{ text: string, ids: number[], decoded?: string }[]} [tokenizer]
 * @property {{ messages: { role: string, content: string }[], ids: number[] }} [chat]
 */

/**
 * Throws a `RangeError` that names the file and what it lacks.
 *
 * @param {string} folder
 * @returns {Expected}
 */
export function readExpected(folder) {
  const path = join(folder, 'expected.json');
  if (!existsSync(folder)) throw new RangeError(`${folder}: a folder with a checkpoint and expected.json, got none`);
  if (!existsSync(path)) throw new RangeError(`${path}: is missing`);
  let expected;
  try {
    expected = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new RangeError(`${path}: no JSON (${/** @type {Error} */ (error).message})`);
  }
  const needed = [
    'inputIds',
    'logprobs',
    'entropy',
    'coefficients',
    'gradients_norm_first_last_sum',
    'adamw',
    'greedy',
  ];
  const missing = needed.filter((name) => expected?.[name] === undefined);
  if (missing.length > 0) throw new RangeError(`${path}: lacks ${missing.join(', ')}`);
  return expected;
}
