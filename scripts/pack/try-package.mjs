import { join } from 'node:path';
import { ROOT } from '../setup/project.mjs';
import { runCaptured } from '../setup/run-captured.mjs';
import { readmeExample } from './readme-example.mjs';

/** Node 22.12 reads TypeScript with this; later ones do by themselves. Its warning would be noise. */
const TYPESCRIPT = ['--experimental-strip-types', '--disable-warning=ExperimentalWarning'];

/**
 * Imports every entry of an installed package under a Node.
 *
 * @param {string} folder of the project that {@link installAlone} made
 * @param {string} node
 * @returns {Promise<string[]>} what went wrong
 */
export async function importPackage(folder, node) {
  const { code, tail } = await runCaptured(node, ['import.mjs'], { cwd: folder, env: environment() });
  return code === 0 ? [] : [tail.join('\n')];
}

/**
 * Runs the README's example under a Node: it must end well and print something.
 *
 * @param {import('./pack-package.mjs').Packed} packed
 * @param {string} folder
 * @param {string} node
 * @returns {Promise<string[]>} what went wrong
 */
export async function runExample(packed, folder, node) {
  if (readmeExample(packed.readme) === null) return [`${packed.folder}/README.md has no \`\`\`ts example`];
  const { code, tail } = await runCaptured(node, [...TYPESCRIPT, 'example.ts'], { cwd: folder, env: environment() });
  if (code !== 0) return [tail.join('\n')];
  return tail.length === 0 ? [`the example of ${packed.folder}/README.md prints nothing`] : [];
}

/**
 * Type-checks the README's example against the installed package.
 *
 * @param {import('./pack-package.mjs').Packed} packed
 * @param {string} folder
 * @returns {Promise<string[]>} what went wrong
 */
export async function checkExample(packed, folder) {
  if (readmeExample(packed.readme) === null) return [`${packed.folder}/README.md has no \`\`\`ts example`];
  const tsc = join(ROOT, 'node_modules', '.bin', 'tsc');
  const shell = process.platform === 'win32';
  const { code, tail } = await runCaptured(tsc, ['-p', 'tsconfig.json'], { cwd: folder, env: process.env, shell });
  return code === 0 ? [] : [tail.join('\n')];
}

/** Without what would give the package something that its user does not have. */
function environment() {
  const { NODE_OPTIONS: _options, NODE_PATH: _path, ...env } = process.env;
  return env;
}
