import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../setup/project.mjs';
import { runCaptured } from '../setup/run-captured.mjs';
import { readmeExample } from './readme-example.mjs';

/**
 * Installs one tarball into an empty project of its own. What it needs of ours comes from the other tarballs, what it
 * needs of others from pnpm's store or the registry. pnpm's layout shows a package only what it declares, so a
 * dependency that is used and not declared is found out. Nothing installed may run a script: what a package's own
 * installation would download is the user's to start.
 *
 * @param {import('./pack-package.mjs').Packed} packed
 * @param {readonly import('./pack-package.mjs').Packed[]} all
 * @param {string} folder where the project is to be
 * @returns {Promise<string[]>} what went wrong
 */
export async function installAlone(packed, all, folder) {
  mkdirSync(folder, { recursive: true });
  const others = all.filter(({ name }) => name !== packed.name);
  write(folder, 'package.json', {
    private: true,
    type: 'module',
    dependencies: { [packed.name]: `file:${packed.tarball}` },
  });
  // JSON is YAML.
  write(folder, 'pnpm-workspace.yaml', {
    packages: [],
    // What npm would do with all of them; an example may import what the package itself depends on of ours.
    publicHoistPattern: ['@turnwise/*'],
    overrides: Object.fromEntries(others.map(({ name, tarball }) => [name, `file:${tarball}`])),
  });
  write(folder, 'tsconfig.json', exampleConfig());
  write(folder, 'import.mjs', importAll(packed));
  const example = readmeExample(packed.readme);
  if (example !== null) write(folder, 'example.ts', example);

  const { code, tail } = await runCaptured('pnpm', ['install', '--ignore-scripts', '--prefer-offline'], {
    cwd: folder,
    env: process.env,
    shell: process.platform === 'win32',
  });
  return code === 0 ? [] : [tail.join('\n') || `pnpm install ended with ${code}`];
}

/**
 * Imports every entry. The main one must load as it is; any other may ask for an optional peer, by its name.
 *
 * @param {import('./pack-package.mjs').Packed} packed
 */
function importAll({ name, entries, optionalPeers }) {
  const lines = entries.map((entry) =>
    entry === '.' ? `await import('${name}');` : `await import('${name}${entry.slice(1)}').catch(unlessPeer);`,
  );
  return `const peers = ${JSON.stringify(optionalPeers)};
function unlessPeer(error) {
  const [, missing] = /^Cannot find package '([^']+)'/.exec(error.message) ?? [];
  if (error.code !== 'ERR_MODULE_NOT_FOUND' || !peers.includes(missing)) throw error;
}
${lines.join('\n')}
`;
}

/** The example is checked as a strict user's project would; Node's own types come from the workspace. */
function exampleConfig() {
  return {
    compilerOptions: {
      target: 'es2023',
      module: 'nodenext',
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      types: ['node'],
      typeRoots: [join(ROOT, 'node_modules', '@types')],
    },
    files: ['example.ts'],
  };
}

/**
 * @param {string} folder
 * @param {string} name
 * @param {unknown} content an object is written as JSON
 */
function write(folder, name, content) {
  const text = typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`;
  writeFileSync(new URL(name, pathToFileURL(`${folder}/`)), text);
}
