import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileSha256 } from './file-sha256.js';
import { BINDING_VERSION, LAYOUT_REVISION, type NativeLayout } from './native-layout.js';
import type { Platform } from './platform.js';

const require = createRequire(import.meta.url);

/** The version of Node-API that the modules are compiled for. It is ABI-stable: any newer Node loads them. */
export const NAPI_VERSION = 8;

/** The modules of a binding: file name → SHA-256. */
export interface BindingFiles {
  readonly 'tfjs_binding.node': string;
  readonly 'quiet_stderr.node': string;
}

/** What `binding.json` of a package with a prebuilt binding says. */
export interface PrebuiltBinding {
  readonly platform: string;
  readonly tensorflow: string;
  readonly binding: string;
  readonly layout: number;
  readonly napi: number;
  readonly compiler: string;
  readonly files: BindingFiles;
}

/** What came of taking a prebuilt binding. */
export type PrebuiltResult =
  | { readonly status: 'taken'; readonly compiler: string }
  | { readonly status: 'absent' }
  | { readonly status: 'unfit'; readonly reason: string };

/** The package that holds the prebuilt binding of a platform, an optional dependency of this one. */
export function prebuiltPackage(platform: Platform): string {
  return `@turnwise/accelerator-binding-${platform}`;
}

/**
 * Copies the prebuilt binding and addon of a platform into a layout, if their package is installed and made for exactly
 * this platform, TensorFlow, binding and layout, and their SHA-256 are those that it names. One file serves the build
 * for the processor and the CUDA build: they have the same C interface.
 *
 * Whether it loads is for the caller to try.
 */
export async function takePrebuilt(
  layout: NativeLayout,
  platform: Platform,
  folder: string | null = packageFolder(platform),
): Promise<PrebuiltResult> {
  if (folder === null) return { status: 'absent' };
  const unfit = (reason: string): PrebuiltResult => ({ status: 'unfit', reason: `${folder}: ${reason}` });
  const about = await readAbout(folder);
  if (about === null) return unfit('binding.json is not the description of a binding');
  const expected = { platform, tensorflow: layout.version, binding: BINDING_VERSION, layout: LAYOUT_REVISION };
  for (const key of ['platform', 'tensorflow', 'binding', 'layout'] as const) {
    if (about[key] !== expected[key]) return unfit(`${key} must be ${expected[key]}, got ${about[key]}`);
  }
  const napi = Number(process.versions['napi']);
  if (about.napi > napi) return unfit(`it needs Node-API ${about.napi}, this Node has ${napi}`);
  await mkdir(dirname(layout.binding), { recursive: true });
  for (const [name, target] of [
    ['tfjs_binding.node', layout.binding],
    ['quiet_stderr.node', layout.quietStderr],
  ] as const) {
    await copyFile(join(folder, name), target).catch(() => {});
    const sha256 = await fileSha256(target).catch(() => 'no file');
    if (sha256 !== about.files[name]) return unfit(`${name} must have the SHA-256 ${about.files[name]}, got ${sha256}`);
  }
  return { status: 'taken', compiler: `${about.compiler}, prebuilt` };
}

function packageFolder(platform: Platform): string | null {
  try {
    return dirname(require.resolve(`${prebuiltPackage(platform)}/package.json`));
  } catch {
    return null;
  }
}

async function readAbout(folder: string): Promise<PrebuiltBinding | null> {
  try {
    const about = JSON.parse(await readFile(join(folder, 'binding.json'), 'utf8')) as Partial<PrebuiltBinding>;
    const whole = typeof about.napi === 'number' && typeof about.compiler === 'string' && about.files !== undefined;
    return whole ? (about as PrebuiltBinding) : null;
  } catch {
    return null;
  }
}
