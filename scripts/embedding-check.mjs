// `npm run embedding:check`: makes a tiny random sentence-embedding checkpoint and runs `transformersEmbedding` on it, in
// the real `@huggingface/transformers`, offline. The library with its runtime takes 450 MB, which nobody else here needs, so
// it is installed once into .cache/transformers, by npm.
//
//   --json         one JSON object as the last line
//   --help         this
//
// Ends with 0 if every vector is the one that the checkpoint's weights say, within 1e-6; 1 if not, or if the library cannot
// be had.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { transformersEmbedding } from '../packages/rewards/dist/index.js';
import { parseOptions } from './checks/parse-options.mjs';
import { makeCheckpoint, WIDTH } from './embedding/make-checkpoint.mjs';
import { ROOT } from './setup/project.mjs';
import { runCaptured } from './setup/run-captured.mjs';

const HELP = `Usage: npm run embedding:check [-- --json]

Makes a tiny random sentence-embedding checkpoint and runs transformersEmbedding on it in @huggingface/transformers.

  --json    one JSON object as the last line

Exit codes: 0 the vectors are right, 1 they are not or the library cannot be had, 2 wrong usage.
`;
const VERSION = '4.3.1';
const TOLERANCE = 1e-6;
/** Of different lengths, so that the shorter ones are padded, which the mean must leave out. */
const CODES = ['1 + 1', 'const rest = base - 8', 'f(x)', 'for (const p of prices) total += p', 'return n < 2 ? n : 0;'];

const { values: options } = parseOptions('embedding:check', {
  options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } },
});
if (options.help) process.stdout.write(HELP);
else await check();

async function check() {
  const library = await installed();
  if (library === null) {
    process.exitCode = 1;
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'turnwise-embedding-'));
  try {
    const expected = makeCheckpoint(join(folder, 'tiny'));
    const { env, pipeline } = await import(library);
    Object.assign(env, { allowRemoteModels: false, localModelPath: folder, useFSCache: false });
    const extractor = await pipeline('feature-extraction', 'tiny', { dtype: 'fp32', device: 'cpu' });
    const vectors = await transformersEmbedding(extractor, { batchSize: 2 })(CODES);
    const differences = CODES.map((code, i) => greatestDifference(vectors[i] ?? [], expected(code)));
    const greatest = Math.max(...differences);
    const passed = vectors.length === CODES.length && greatest <= TOLERANCE;
    process.stdout.write(
      `${CODES.length} codes, ${WIDTH} numbers each, by @huggingface/transformers ${VERSION}: greatest difference ` +
        `${greatest.toExponential(1)}, at most ${TOLERANCE}: ${passed ? 'passed' : 'FAILED'}\n`,
    );
    if (options.json) process.stdout.write(`${JSON.stringify({ passed, greatest, codes: CODES.length })}\n`);
    process.exitCode = passed ? 0 : 1;
    await extractor.dispose();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {ArrayLike<number>} a
 * @param {ArrayLike<number>} b
 */
function greatestDifference(a, b) {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  return Math.max(...Array.from(a, (value, k) => Math.abs(value - (b[k] ?? Number.NaN))));
}

/** @returns {Promise<string | null>} where to import the library from */
async function installed() {
  const folder = join(ROOT, '.cache', 'transformers', VERSION);
  const entry = join(folder, 'node_modules', '@huggingface', 'transformers', 'dist', 'transformers.node.mjs');
  if (!existsSync(entry)) {
    process.stdout.write(`@huggingface/transformers ${VERSION}: once, into ${folder} (about 450 MB)\n`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true }));
    const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', `@huggingface/transformers@${VERSION}`];
    const { code, tail } = await runCaptured('npm', args, {
      cwd: folder,
      env: process.env,
      shell: process.platform === 'win32',
    });
    if (code !== 0 || !existsSync(entry)) {
      process.stderr.write(`embedding:check: the library cannot be had:\n${tail.slice(-5).join('\n')}\n`);
      return null;
    }
  }
  return pathToFileURL(entry).href;
}
