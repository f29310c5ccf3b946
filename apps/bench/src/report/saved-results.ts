import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE } from '../paths.js';
import type { RowResult } from '../result.js';

/** The latest result of every row that was ever run here. Rows may be run one at a time. */
export function readResults(name: string, cache: string = CACHE): ReadonlyMap<string, RowResult> {
  try {
    const results = JSON.parse(readFileSync(join(cache, `${name}.json`), 'utf8')) as RowResult[];
    return new Map(results.map((result) => [result.id, result]));
  } catch {
    return new Map();
  }
}

/** Adds results to the saved ones; one that was not run does not replace one that was. */
export function saveResults(name: string, results: readonly RowResult[], cache: string = CACHE): void {
  const saved = new Map(readResults(name, cache));
  for (const result of results) if (result.status === 'run' || !saved.has(result.id)) saved.set(result.id, result);
  mkdirSync(cache, { recursive: true });
  const path = join(cache, `${name}.json`);
  writeFileSync(`${path}.${process.pid}`, `${JSON.stringify([...saved.values()], null, 1)}\n`);
  renameSync(`${path}.${process.pid}`, path);
}
