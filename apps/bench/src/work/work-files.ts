import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CACHE, ROOT, WORKER } from '../paths.js';
import { Side } from '../protocol/side.js';
import { SIZES, type Size } from '../sizes.js';
import { raggedBatch } from './ragged-batch.js';

/** The checkpoint of a size, in the Hugging Face layout, made once: both sides begin with its weights. */
export async function modelFolder(size: Size): Promise<string> {
  const config = SIZES[size];
  const digest = createHash('sha256').update(JSON.stringify(config)).digest('hex').slice(0, 12);
  const folder = join(CACHE, 'models', `${size}-${digest}`);
  if (existsSync(join(folder, 'config.json'))) return folder;
  const partial = `${folder}.partial-${process.pid}`;
  const job = JSON.stringify({ kind: 'make-model', config, folder: partial });
  const side = await Side.start({ name: 'Turnwise', file: process.execPath, args: [WORKER, job] });
  await side.end();
  rmSync(folder, { recursive: true, force: true });
  renameSync(partial, folder);
  return folder;
}

/** Random weights in the shape of Qwen3-0.6B, bfloat16, written once by the repository's script. */
export async function randomModelFolder(): Promise<string> {
  const folder = join(CACHE, 'models', 'qwen3-0.6b');
  if (!existsSync(join(folder, 'config.json'))) {
    await promisify(execFile)(process.execPath, [join(ROOT, 'scripts', 'make-random-model.mjs'), folder]);
  }
  return folder;
}

/** A ragged batch as a file that both sides read. */
export function batchFile(size: Size, sequences: number, tokens: number): string {
  mkdirSync(join(CACHE, 'batches'), { recursive: true });
  const path = join(CACHE, 'batches', `${sequences}x${tokens}.json`);
  writeFileSync(path, JSON.stringify(raggedBatch(sequences, tokens, SIZES[size].vocabularySize)));
  return path;
}
