import { readFileSync, statSync } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AcceleratorError } from '../accelerator-error.js';
import { BINDING_VERSION, type NativeLayout } from './native-layout.js';

/** What an installation says of itself: `files` gives the size in bytes of each file that is loaded. */
export interface Manifest {
  readonly tensorflow: string;
  readonly binding: string;
  readonly wheel: string;
  readonly sha256: string;
  readonly compiler: string;
  readonly files: Readonly<Record<string, number>>;
}

/** What lies at a layout. */
export type Installation =
  | { readonly status: 'installed'; readonly manifest: Manifest }
  | { readonly status: 'absent' }
  | { readonly status: 'broken'; readonly reason: string };

/**
 * Looks whether an installation is there and whole. Only names and sizes are compared, so it costs microseconds: it
 * finds a deleted or cut file, not a flipped bit. Files in `dispensable` are not looked at.
 */
export function readInstallation(layout: NativeLayout, dispensable: readonly string[] = []): Installation {
  let text: string;
  try {
    text = readFileSync(layout.manifest, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return { status: 'absent' };
    return { status: 'broken', reason: `${layout.manifest} cannot be read (${code ?? 'unknown error'})` };
  }
  const manifest = parseManifest(text);
  if (manifest === null) return { status: 'broken', reason: `${layout.manifest} is not a manifest` };
  for (const [name, size] of Object.entries(manifest.files)) {
    const file = join(layout.folder, name);
    if (dispensable.includes(file)) continue;
    const found = statSync(file, { throwIfNoEntry: false })?.size;
    if (found === undefined) return { status: 'broken', reason: `${name} is missing in ${layout.folder}` };
    if (found !== size) {
      return { status: 'broken', reason: `${name} in ${layout.folder} must have ${size} bytes, got ${found}` };
    }
  }
  return { status: 'installed', manifest };
}

/**
 * Writes the manifest of a finished draft and flushes it: the two libraries, the binding, the addon, and the libraries
 * `beside` them (paths within the layout). Throws an `AcceleratorError` (`broken-wheel`) if one is not there.
 */
export async function writeManifest(
  layout: NativeLayout,
  about: { readonly wheel: string; readonly sha256: string; readonly compiler: string },
  beside: readonly string[] = [],
): Promise<void> {
  const libraries = layout.libraries.map((library) => `tensorflow/${library}`);
  const sizes: Record<string, number> = {};
  for (const name of [...libraries, ...beside, 'binding/tfjs_binding.node', 'binding/quiet_stderr.node']) {
    const found = await stat(join(layout.folder, name)).catch(() => null);
    if (found === null) {
      throw new AcceleratorError('broken-wheel', `${about.wheel} does not hold ${name}`, 'install again');
    }
    sizes[name] = found.size;
  }
  const manifest: Manifest = { tensorflow: layout.version, binding: BINDING_VERSION, ...about, files: sizes };
  const file = await open(layout.manifest, 'wx');
  try {
    await file.writeFile(`${JSON.stringify(manifest, null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}

function parseManifest(text: string): Manifest | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { files, ...rest } = value as Partial<Manifest>;
  const strings = [rest.tensorflow, rest.binding, rest.wheel, rest.sha256, rest.compiler];
  if (strings.some((entry) => typeof entry !== 'string')) return null;
  if (typeof files !== 'object' || files === null) return null;
  if (Object.values(files).some((size) => typeof size !== 'number')) return null;
  return value as Manifest;
}
