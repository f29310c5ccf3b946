import { homedir } from 'node:os';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { parseVersion, satisfiesMinimum } from './node-version.mjs';
import { ROOT, readPins } from './project.mjs';
import { isToolInstalled, nodeTool, pnpmTool } from './tools.mjs';

/** The lines of Node that the packages are tested on, and that isolated-vm ships compiled code for. */
const TESTED_MAJORS = [22, 24];

/**
 * The Node that commands run under: this one if it is new enough and of a tested line, else the pinned one.
 *
 * @param {import('./project.mjs').Pins} pins
 * @returns {{ binary: string, tool: import('./tools.mjs').Tool | null }} `tool` is null if nothing is to be installed
 */
export function chooseNode(pins) {
  const [major] = parseVersion(process.versions.node);
  const good = TESTED_MAJORS.includes(major) && satisfiesMinimum(process.versions.node, pins.engines);
  if (good) return { binary: process.execPath, tool: null };
  const tool = nodeTool(pins.node);
  return { binary: tool.binary, tool };
}

/**
 * This process's environment with a home folder in any case: where there is none, one inside the checkout.
 *
 * @returns {NodeJS.ProcessEnv}
 */
export function baseEnvironment() {
  return isAbsolute(homedir()) ? process.env : { ...process.env, HOME: join(ROOT, '.cache', 'home') };
}

/**
 * The environment that commands get: the right Node, the pinned pnpm and the workspace's own programs come first on
 * PATH, and turbo neither counts its users nor looks for a newer self. On Linux memory comes in large pages where the kernel
 * gives them to who asks (`madvise`): TensorFlow touches gigabytes, and the first touch of each small page is dear.
 *
 * @param {string} nodeBinary
 * @returns {NodeJS.ProcessEnv}
 */
export function toolEnvironment(nodeBinary) {
  const env = baseEnvironment();
  const pnpm = pnpmTool(readPins(ROOT).pnpm);
  const folders = [dirname(nodeBinary), join(ROOT, 'node_modules', '.bin')];
  if (isToolInstalled(pnpm)) folders.push(dirname(pnpm.binary));
  const key = Object.keys(env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
  const path = [...folders, env[key] ?? ''].join(delimiter);
  const largePages = process.platform === 'linux' ? { GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1' } : {};
  return { ...largePages, ...env, [key]: path, TURBO_TELEMETRY_DISABLED: '1', TURBO_NO_UPDATE_NOTIFIER: '1' };
}
