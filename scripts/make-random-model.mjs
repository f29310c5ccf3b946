// `npm run make:random -- OUT`: random weights in the shape of a real model, to measure with.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { encodeSafetensors } from '../packages/policy/dist/checkpoint/encode-safetensors.js';
import { writeFileAtomically } from '../packages/policy/dist/checkpoint/write-file-atomically.js';
import { readModelConfig } from '../packages/policy/dist/index.js';
import { baseShapes } from '../packages/policy/dist/model/weight-shapes.js';
import { parseOptions } from './checks/parse-options.mjs';
import { randomValues } from './make-random-model/random-values.mjs';
import { SHAPES } from './make-random-model/shapes.mjs';

const HELP = `Usage: npm run make:random -- OUT [--shape NAME] [--dtype TYPE] [--seed N]

Writes config.json and model.safetensors with random weights into the folder OUT: norms 1, the others normal with
deviation 0.02. There is no tokenizer.

  --shape NAME    ${Object.keys(SHAPES).join(', ')}; default qwen3-0.6b
  --dtype TYPE    BF16 (1.2 GB for qwen3-0.6b; the default) or F32
  --seed N        default 1
  --help          this

Example:
  npm run make:random -- .cache/qwen3-0.6b

Exit code 0 when the folder is written, 2 for a wrong command line.
`;

const { values: options, positionals } = parseOptions('make:random', {
  options: {
    shape: { type: 'string', default: 'qwen3-0.6b' },
    dtype: { type: 'string', default: 'BF16' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', short: 'h', default: false },
  },
  allowPositionals: true,
});
const shape = SHAPES[options.shape];
const seed = Number(options.seed);
if (options.help) process.stdout.write(HELP);
else if (positionals.length !== 1) refuse(`expected one folder OUT, got ${positionals.length}`);
else if (shape === undefined) refuse(`--shape: one of ${Object.keys(SHAPES).join(', ')}, got ${options.shape}`);
else if (options.dtype !== 'BF16' && options.dtype !== 'F32') refuse(`--dtype: BF16 or F32, got ${options.dtype}`);
else if (!Number.isInteger(seed)) refuse(`--seed: a whole number, got ${options.seed}`);
else await write(resolve(process.env['INIT_CWD'] ?? '.', positionals[0] ?? ''), shape, options.dtype);

/**
 * @param {string} folder
 * @param {Record<string, unknown>} json
 * @param {'BF16' | 'F32'} dtype
 */
async function write(folder, json, dtype) {
  mkdirSync(folder, { recursive: true });
  const shapes = [...baseShapes(readModelConfig(json))];
  const tensors = new Map(
    shapes.map(([name, dimensions], i) => {
      const size = dimensions.reduce((product, length) => product * length, 1);
      const values = () =>
        dimensions.length === 1 ? new Float32Array(size).fill(1) : randomValues(size, seed * 4096 + i);
      return [name, { shape: dimensions, values }];
    }),
  );
  await writeFileAtomically(join(folder, 'model.safetensors'), encodeSafetensors(tensors, {}, dtype));
  const config = { ...json, torch_dtype: dtype === 'BF16' ? 'bfloat16' : 'float32' };
  writeFileSync(join(folder, 'config.json'), `${JSON.stringify(config, null, 2)}\n`);
  process.stdout.write(`${folder}: ${shapes.length} tensors\n`);
}

/** @param {string} problem */
function refuse(problem) {
  process.stderr.write(`make:random: ${problem}.\n\n${HELP}`);
  process.exitCode = 2;
}
