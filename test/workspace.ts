import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow } from '../scripts/setup/hash-files.mjs';
import { packageFolders, ROOT } from '../scripts/setup/project.mjs';
import { moduleSpecifiers } from './module-specifiers.js';

export interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly license?: string;
  readonly type?: string;
  readonly engines?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

export interface SourceFile {
  /** Relative to the root, with forward slashes. */
  readonly path: string;
  /** Whether it is shipped: not a test, and below `src`. */
  readonly shipped: boolean;
  readonly specifiers: readonly string[];
}

export interface WorkspacePackage {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly sources: readonly SourceFile[];
}

/** Every package of the workspace with what its sources import. */
export function workspacePackages(): WorkspacePackage[] {
  return packageFolders(ROOT).map((folder) => ({
    folder,
    manifest: JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8')) as Manifest,
    sources: ['src', 'test']
      .flatMap((part) => filesBelow(ROOT, `${folder}/${part}`))
      .filter((path) => /\.[cm]?[jt]sx?$/.test(path))
      .map((path) => ({
        path,
        shipped: path.startsWith(`${folder}/src/`) && !path.endsWith('.test.ts'),
        specifiers: moduleSpecifiers(readFileSync(join(ROOT, path), 'utf8')),
      })),
  }));
}

/** `@turnwise/gtpo/loss.js` belongs to `@turnwise/gtpo`, `zod/v4` to `zod`; null for a relative path or `node:`. */
export function packageOf(specifier: string): string | null {
  if (/^(\.|\/|node:|data:)/.test(specifier)) return null;
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] as string);
}
