import { readFileSync } from 'node:fs';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

/** How a package that is ESM only is resolved by nobody who uses it: what goes wrong there is no fault. */
const NOT_ESM = ['node10', 'node16-cjs'];

/**
 * What publint has against a tarball: its errors and warnings, not its suggestions.
 *
 * @param {import('./pack-package.mjs').Packed} packed
 * @returns {Promise<string[]>}
 */
export async function lintExports({ tarball }) {
  const bytes = readFileSync(tarball);
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const { messages, pkg } = await publint({
    pack: { tarball: /** @type {ArrayBuffer} */ (buffer) },
    level: 'warning',
  });
  return messages.map((message) => formatMessage(message, pkg, { color: false }) ?? message.code);
}

/**
 * What "Are the types wrong?" has against a tarball, for a package that is ESM only.
 *
 * @param {import('./pack-package.mjs').Packed} packed
 * @returns {Promise<string[]>}
 */
export async function checkTypes({ tarball }) {
  const result = await checkPackage(createPackageFromTarballData(readFileSync(tarball)));
  if (result.types === false) return ['the tarball holds no types'];
  return result.problems
    .filter((problem) => !('resolutionKind' in problem && NOT_ESM.includes(problem.resolutionKind)))
    .map((problem) => JSON.stringify(problem));
}
