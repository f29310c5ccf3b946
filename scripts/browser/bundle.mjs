import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { ROOT } from '../setup/project.mjs';

/** The packages that are held to run in a browser, and how large they may be, gzipped. */
export const BUNDLES = /** @type {const} */ ([
  { name: 'advantages', limit: 12_000 },
  { name: 'rewards', limit: null },
  { name: 'gtpo', limit: null },
  { name: 'renderer', limit: null },
]);

/**
 * Where a package's bundle lies: one file that stands alone.
 *
 * @param {string} name
 */
export function bundlePath(name) {
  return join(ROOT, '.cache', 'browser', `${name}.js`);
}

/**
 * Bundles a package as a web page would, from what its users get, without any polyfill: an import of a module of Node
 * fails here.
 *
 * @param {string} name
 * @returns {Promise<{ bytes: number, gzipped: number }>}
 * @throws {Error} that names the import
 */
export async function bundle(name) {
  const outfile = bundlePath(name);
  await build({
    entryPoints: [join(ROOT, 'packages', name, 'dist', 'index.js')],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2023',
    minify: true,
    logLevel: 'silent',
  });
  const text = readFileSync(outfile);
  return { bytes: text.length, gzipped: gzipSync(text, { level: 9 }).length };
}
