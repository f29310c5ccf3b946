import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { filesBelow, hashContents, hashStats } from './hash-files.mjs';
import { packageFolders } from './project.mjs';

/**
 * @typedef {object} Stamp What the last set-up finished; a field that is absent was not finished.
 * @property {string} [install] {@link installHash} of the dependencies in node_modules
 * @property {{ sources: string, outputs: string }} [build] {@link sourcesHash} and {@link outputsHash} of the dist folders
 * @property {{ build: string, at: number }} [noNative] the `sources` that could not have native TensorFlow, and when they tried
 */

const STAMP = '.cache/setup.json';

/**
 * The stamp of this checkout. One that cannot be read counts as none: everything is then checked again.
 *
 * @param {string} root
 * @returns {Stamp}
 */
export function readStamp(root) {
  try {
    const stamp = JSON.parse(readFileSync(join(root, STAMP), 'utf8'));
    return typeof stamp === 'object' && stamp !== null ? stamp : {};
  } catch {
    return {};
  }
}

/**
 * Writes the stamp beside its place and renames it, so that no moment has half of one.
 *
 * @param {string} root
 * @param {Stamp} stamp
 */
export function writeStamp(root, stamp) {
  const path = join(root, STAMP);
  mkdirSync(dirname(path), { recursive: true });
  const partial = `${path}.${process.pid}`;
  writeFileSync(partial, `${JSON.stringify(stamp, null, 2)}\n`);
  renameSync(partial, path);
}

/**
 * Digest of all that decides what `pnpm install` puts into node_modules, the platform among it.
 *
 * @param {string} root
 */
export function installHash(root) {
  const manifests = packageFolders(root).map((folder) => `${folder}/package.json`);
  const files = ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', ...manifests];
  return hashContents(root, files, `${process.platform} ${process.arch}`);
}

/**
 * Digest of all that decides what the build writes.
 *
 * @param {string} root
 */
export function sourcesHash(root) {
  const perPackage = packageFolders(root).flatMap((folder) => [
    `${folder}/package.json`,
    `${folder}/tsconfig.json`,
    `${folder}/tsconfig.build.json`,
    ...filesBelow(root, `${folder}/src`).filter((path) => !path.endsWith('.test.ts')),
  ]);
  return hashContents(root, ['pnpm-lock.yaml', 'tsconfig.base.json', ...perPackage]);
}

/**
 * Digest of what lies in the dist folders, by size and time: a dist that someone removed or rebuilt is noticed.
 *
 * @param {string} root
 */
export function outputsHash(root) {
  return hashStats(
    root,
    packageFolders(root).flatMap((folder) => filesBelow(root, `${folder}/dist`)),
  );
}

/**
 * Whether node_modules holds what the lockfile says.
 *
 * @param {string} root
 * @param {Stamp} stamp
 */
export function isInstalled(root, stamp) {
  const present = ['.', ...packageFolders(root)].every((folder) => existsSync(join(root, folder, 'node_modules')));
  return present && existsSync(join(root, 'node_modules', '.modules.yaml')) && stamp.install === installHash(root);
}

/**
 * Whether every dist folder is that of the sources.
 *
 * @param {string} root
 * @param {Stamp} stamp
 */
export function isBuilt(root, stamp) {
  return stamp.build?.sources === sourcesHash(root) && stamp.build.outputs === outputsHash(root);
}
