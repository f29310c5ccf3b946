import { accessSync, constants } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/**
 * The Chromium of this machine: `TURNWISE_CHROMIUM`, or the first of the usual names on PATH.
 *
 * @param {Record<string, string | undefined>} env
 * @returns {string | null} an absolute path
 */
export function findChromium({ TURNWISE_CHROMIUM: own, PATH = '' }) {
  const candidates = own ? [own] : PATH.split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return candidates.find((path) => isAbsolute(path) && isExecutable(path)) ?? null;
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
