import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../setup/project.mjs';
import { runCaptured } from '../setup/run-captured.mjs';

/**
 * @typedef {object} Packed A package as it would be published.
 * @property {string} name
 * @property {string} folder relative to the root
 * @property {string} tarball absolute
 * @property {string} readme
 * @property {string[]} entries what `exports` offers as modules: `.`, `./tasks`
 * @property {string[]} optionalPeers packages that an entry may need and that come only if the user installs them
 */

/**
 * Packs one package of the workspace with pnpm, which turns `workspace:` ranges into versions.
 *
 * @param {string} folder relative to the root
 * @param {string} destination
 * @returns {Promise<Packed>}
 */
export async function packPackage(folder, destination) {
  const cwd = join(ROOT, folder);
  const manifest = JSON.parse(readFileSync(join(cwd, 'package.json'), 'utf8'));
  const tarball = join(destination, `${manifest.name.replace('@', '').replace('/', '-')}.tgz`);
  const { code, tail } = await runCaptured('pnpm', ['pack', '--out', tarball], {
    cwd,
    env: process.env,
    shell: process.platform === 'win32',
  });
  if (code !== 0) throw new Error(`${manifest.name} could not be packed.\n${tail.join('\n')}`);
  const entries = Object.keys(manifest.exports ?? {}).filter((entry) => !/\.json$|\*/.test(entry));
  let readme = '';
  try {
    readme = readFileSync(join(cwd, 'README.md'), 'utf8');
  } catch {
    // Told by the check of the example: a package without a README has none.
  }
  const optionalPeers = Object.entries(manifest.peerDependenciesMeta ?? {})
    .filter(([, meta]) => meta.optional === true)
    .map(([peer]) => peer);
  return { name: manifest.name, folder, tarball, readme, entries, optionalPeers };
}
