import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root folder of this checkout. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * @typedef {object} Pins What the repository says about its tools, each in the one file where other tools look for it.
 * @property {string} node the Node to install where the machine's own is too old (`.node-version`)
 * @property {string} engines the Nodes that are good enough (`engines.node` of package.json)
 * @property {string} pnpm the version of pnpm (`packageManager` of package.json)
 */

/**
 * @param {string} root
 * @returns {Pins}
 */
export function readPins(root) {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return {
    node: readFileSync(join(root, '.node-version'), 'utf8').trim(),
    engines: manifest.engines.node,
    pnpm: manifest.packageManager.split('@')[1].split('+')[0],
  };
}

/**
 * The folders of the workspace's packages, relative to the root with forward slashes, in alphabetical order.
 *
 * @param {string} root
 */
export function packageFolders(root) {
  return ['apps', 'packages'].flatMap((parent) =>
    readdirSync(join(root, parent), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && existsSync(join(root, parent, entry.name, 'package.json')))
      .map((entry) => `${parent}/${entry.name}`)
      .sort(),
  );
}
