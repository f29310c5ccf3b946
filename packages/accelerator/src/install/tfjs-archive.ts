import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { ARCHIVE_VERSION } from './native-layout.js';
import type { Platform } from './platform.js';

const require = createRequire(import.meta.url);

/** TensorFlow's C library as TensorFlow.js's own installer fetches it. */
export interface PinnedArchive {
  readonly url: string;
  readonly file: string;
  readonly sha256: string;
}

/**
 * The archives whose SHA-256 is known: that of linux-x64 is the one which public build recipes pin (nixpkgs among them).
 * It was never fetched here.
 */
const SHA256: Partial<Readonly<Record<Platform, string>>> = {
  'linux-x64': '7f510d2546e3db5e10b1d119463689003d587842892ad3c95bca51cf82820173',
};

const SYSTEM: Partial<Readonly<Record<Platform, string>>> = { 'linux-x64': 'cpu-linux-x86_64' };

/**
 * The archive for a platform, `null` if there is none that we can check. Its address is the one in the install script of
 * `@tensorflow/tfjs-node-gpu`, and its variables hold here too: `TFJS_NODE_BASE_URI`, `TFJS_NODE_CDN_STORAGE` and
 * `CDN_STORAGE`, the first two also as settings of npm.
 */
export function tfjsArchive(
  platform: Platform,
  environment: Readonly<Record<string, string | undefined>> = process.env,
  read: (script: string) => string = readScript,
): PinnedArchive | null {
  const [sha256, system] = [SHA256[platform], SYSTEM[platform]];
  if (sha256 === undefined || system === undefined) return null;
  const script = read('install.js');
  const host = /CDN_STORAGE \|\| '([^']+)'/.exec(script)?.[1];
  const path = /`\$\{BASE_HOST\}([^`$]*libtensorflow-)`/.exec(script)?.[1];
  const version = /LIBTENSORFLOW_VERSION = '([\d.]+)'/.exec(read('deps-constants.js'))?.[1];
  if (host === undefined || path === undefined || version !== ARCHIVE_VERSION) return null;
  const setting = (name: string) => environment[name] || environment[`npm_config_${name}`];
  const base =
    setting('TFJS_NODE_BASE_URI') ??
    `${setting('TFJS_NODE_CDN_STORAGE') ?? (environment['CDN_STORAGE'] || host)}${path}`;
  const file = `libtensorflow-${system}-${version}.tar.gz`;
  const url = `${base}${system}-${version}.tar.gz`;
  return URL.canParse(url) ? { url, file, sha256 } : null;
}

function readScript(name: string): string {
  try {
    return readFileSync(
      join(dirname(require.resolve('@tensorflow/tfjs-node-gpu/package.json')), 'scripts', name),
      'utf8',
    );
  } catch {
    return '';
  }
}
