import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { createProgress } from './progress.mjs';
import { ROOT, readPins } from './project.mjs';
import { runCaptured } from './run-captured.mjs';
import { SetupError } from './setup-error.mjs';
import { installHash, isBuilt, isInstalled, outputsHash, readStamp, sourcesHash, writeStamp } from './stamp.mjs';
import { baseEnvironment, chooseNode, toolEnvironment } from './tool-environment.mjs';
import { installTool, isToolInstalled, pnpmTool } from './tools.mjs';

/** A failure to get native TensorFlow is believed for so long; `npm run setup` asks again at once. */
const RETRY_NATIVE_MS = 60 * 60 * 1000;
/** The accelerator needs less to see that all is there. */
const QUIET_MS = 1000;

/**
 * Sets up what is missing, in this order: Node, pnpm, dependencies, build, native TensorFlow. Each step that has
 * something to do writes one line and notes in the stamp that it is done, so that an interrupted set-up goes on where
 * it stopped and a complete one costs a fraction of a second and no network.
 *
 * @param {{ through: 'tools' | 'dependencies' | 'build' | 'native', askAgain?: boolean }} options the last step to take, and whether to
 *   ask for native TensorFlow again although it could not be had a moment ago
 * @returns {Promise<{ nodeBinary: string, env: NodeJS.ProcessEnv }>} what commands are to be run with
 * @throws {SetupError}
 */
export async function setUp({ through, askAgain = false }) {
  const lock = join(ROOT, '.cache', 'setup.lock');
  return withLock(
    lock,
    () => setUpAlone(through, askAgain),
    (pid) => process.stderr.write(`Waiting for another set-up of this folder (process ${pid}).\n`),
  );
}

/**
 * @param {'tools' | 'dependencies' | 'build' | 'native'} through
 * @param {boolean} askAgain
 */
async function setUpAlone(through, askAgain) {
  const pins = readPins(ROOT);
  const step = createProgress();
  const node = chooseNode(pins);
  const pnpm = pnpmTool(pins.pnpm);
  for (const tool of [node.tool, pnpm]) {
    if (tool === null || isToolInstalled(tool)) continue;
    await step(tool.name, async (report) => {
      await installTool(tool, { env: baseEnvironment(), report });
      return { value: undefined, note: '' };
    });
  }
  const env = toolEnvironment(node.binary);
  const ready = { nodeBinary: node.binary, env };
  if (through === 'tools') return ready;

  if (!isInstalled(ROOT, readStamp(ROOT))) {
    await step('dependencies', async (report) => {
      const note = await installDependencies(pnpm.binary, env, report);
      writeStamp(ROOT, { ...readStamp(ROOT), install: installHash(ROOT) });
      return { value: undefined, note };
    });
  }
  if (through === 'dependencies') return ready;

  if (!isBuilt(ROOT, readStamp(ROOT))) {
    await step('build', async (report) => {
      const sources = sourcesHash(ROOT);
      const note = await build(env, report);
      writeStamp(ROOT, { ...readStamp(ROOT), build: { sources, outputs: outputsHash(ROOT) } });
      return { value: undefined, note };
    });
  }
  if (through === 'native') await installNative(node.binary, env, step, askAgain);
  return ready;
}

/**
 * @param {string} pnpm
 * @param {NodeJS.ProcessEnv} env
 * @param {(doing: string) => void} report
 */
async function installDependencies(pnpm, env, report) {
  let summary = '';
  const { code, tail } = await runCaptured(pnpm, ['install', '--frozen-lockfile', '--reporter=append-only'], {
    cwd: ROOT,
    // Without a terminal pnpm must not stop to ask whether it may replace another pnpm's node_modules.
    env: { ...env, CI: 'true' },
    onLine: (line) => {
      const progress = /Progress: (.*)/.exec(line)?.[1];
      if (progress !== undefined) summary = progress.replace(/, done$/, '');
      report(line);
    },
  });
  if (code === 0) return summary;
  const outdated = tail.some((line) => line.includes('OUTDATED_LOCKFILE'));
  const help = outdated
    ? 'pnpm-lock.yaml does not match the package.json files. After changing dependencies run `npm run pnpm -- install`.'
    : 'The dependencies could not be installed. If the network was the reason, run the same command again: it goes on where it stopped.';
  throw new SetupError([...tail.slice(-30), help].join('\n'));
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {(doing: string) => void} report
 */
async function build(env, report) {
  let summary = '';
  const { code, tail } = await runCaptured('turbo', ['run', 'build', '--ui=stream', '--output-logs=errors-only'], {
    cwd: ROOT,
    env,
    shell: process.platform === 'win32',
    onLine: (line) => {
      if (/^Tasks:/.test(line)) summary = line.replace(/^Tasks:\s*/, '').replace(/\s+/g, ' ');
      report(line);
    },
  });
  if (code !== 0) throw new SetupError([...tail, 'The build failed; its errors stand above.'].join('\n'));
  return summary;
}

/**
 * Has the accelerator install native TensorFlow. That it cannot be had is no failure: the WASM backend is used then.
 *
 * @param {string} nodeBinary
 * @param {NodeJS.ProcessEnv} env
 * @param {ReturnType<typeof createProgress>} step
 * @param {boolean} askAgain
 */
async function installNative(nodeBinary, env, step, askAgain) {
  const cli = join(ROOT, 'packages', 'accelerator', 'dist', 'cli.js');
  if (!existsSync(cli)) throw new SetupError(`${cli} is missing. Remove .cache/setup.json and try again.`);
  const { noNative, ...stamp } = readStamp(ROOT);
  const sources = stamp.build?.sources ?? '';
  const refused = noNative?.build === sources && Date.now() - noNative.at < RETRY_NATIVE_MS;
  if (refused && !askAgain) return;
  await step(
    'native TensorFlow',
    async (report) => {
      const { code, tail } = await runCaptured(nodeBinary, [cli, 'install'], { cwd: ROOT, env, onLine: report });
      const last = tail.at(-1)?.trim() ?? `exit code ${code}`;
      writeStamp(ROOT, code === 0 ? stamp : { ...stamp, noNative: { build: sources, at: Date.now() } });
      if (code === 0) return { value: undefined, note: last };
      const note = `not to be had, so the slower WASM backend is used (${last}). Try again: npm run setup`;
      return { value: undefined, mark: 'skipped', note };
    },
    { quietFor: QUIET_MS },
  );
}
