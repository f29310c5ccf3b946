import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The folders of packages and of what they need at run time, as Node finds them from the folder `from`: paths may be
 * links. @throws Error for a package that is not installed
 */
export function dependencyFolders(from: string, names: readonly string[]): string[] {
  const folders = new Set<string>();
  const visit = (parent: string, name: string): void => {
    const folder = lookUp(parent, name);
    if (folders.has(folder)) return;
    folders.add(folder);
    const real = realpathSync(folder);
    const { dependencies = {} } = JSON.parse(readFileSync(join(real, 'package.json'), 'utf8'));
    for (const needed of Object.keys(dependencies)) visit(real, needed);
  };
  for (const name of names) visit(from, name);
  return [...folders];
}

/** The nearest folder above whose package.json has a name, links followed. */
export function packageFolder(path: string): string {
  for (let folder = dirname(realpathSync(path)); ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest) && 'name' in JSON.parse(readFileSync(manifest, 'utf8'))) return folder;
    if (folder === dirname(folder)) throw new Error(`package: must have a package.json above it, got ${path}`);
  }
}

function lookUp(from: string, name: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return candidate;
    if (folder === dirname(folder)) throw new Error(`package: must be installed, got ${name}, not found from ${from}`);
  }
}
