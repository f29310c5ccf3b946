import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadPolicy } from '../../packages/policy/dist/index.js';
import { batchOf, linearLoss } from './batch-of.mjs';
import { greatestDifference } from './differences.mjs';

const SCRIPT = fileURLToPath(new URL('./score_saved.py', import.meta.url));
const BAR = 1e-4;

/**
 * Trains a step, saves, and lets `transformers` and PEFT load what was saved: the log-probabilities must be ours. A policy
 * with adapters is saved in both ways.
 *
 * @param {import('../../packages/accelerator/dist/index.js').TensorFlow} tf
 * @param {string} folder
 * @param {import('./expected.mjs').Expected} expected
 * @param {string} python
 * @returns {Promise<import('./model-checks.mjs').Check[]>}
 */
export async function savedChecks(tf, folder, expected, python) {
  const batch = batchOf(expected);
  const policy = await loadPolicy(folder, { tf, learner: { learningRate: 1e-2, shards: 1 } });
  const temporary = mkdtempSync(join(tmpdir(), 'parity-hf-'));
  try {
    await policy.update(batch, linearLoss);
    const scores = await policy.score(batch);
    const ways = policy.config.lora === undefined ? [false] : [false, true];
    const checks = [];
    for (const merged of ways) {
      const saved = join(temporary, merged ? 'merged' : 'saved');
      await policy.save(saved, { merged });
      const theirs = scoresOf(python, saved, expected.inputIds);
      const difference = Math.max(
        ...theirs.logprobs.map((row, i) =>
          greatestDifference(scores.subarray(i * batch.tokens + 1, i * batch.tokens + 1 + row.length), row),
        ),
      );
      checks.push({ name: `${merged ? 'merged' : 'saved'}, loaded as ${theirs.class}`, difference, bar: BAR });
    }
    return checks;
  } finally {
    policy.dispose();
    rmSync(temporary, { recursive: true });
  }
}

/**
 * @param {string} python
 * @param {string} folder
 * @param {number[][]} ids
 * @returns {{ class: string, logprobs: number[][] }}
 */
function scoresOf(python, folder, ids) {
  const result = spawnSync(python, [SCRIPT, folder], { input: JSON.stringify(ids), encoding: 'utf8' });
  if (result.error) throw new RangeError(`--python: an interpreter with transformers and peft, got ${python}`);
  if (result.status !== 0) throw new Error(`${folder}: transformers refused it:\n${result.stderr}`);
  return JSON.parse(result.stdout.trim().split('\n').at(-1) ?? '');
}
