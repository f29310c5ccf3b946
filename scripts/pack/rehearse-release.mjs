import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { packageFolders, ROOT } from '../setup/project.mjs';
import { runCaptured } from '../setup/run-captured.mjs';

const NOT_COPIED = ['node_modules', '.git', '.cache', '.turbo', 'runs', 'coverage'];

/**
 * Goes through a release on a copy of the repository: `changeset version` raises the versions and uses the changesets
 * up, then pnpm does all of publishing but the sending.
 *
 * @param {string} folder where the copy is to be
 * @returns {Promise<{ version: string[], publish: string[] }>} what went wrong in each of the two steps
 */
export async function rehearseRelease(folder) {
  mkdirSync(folder, { recursive: true });
  cpSync(ROOT, folder, {
    recursive: true,
    filter: (path) => !NOT_COPIED.includes(relative(ROOT, path).split(sep).at(-1) ?? ''),
  });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
  const before = versions(folder);
  const waiting = changesets(folder);
  const options = { cwd: folder, env: process.env, shell: process.platform === 'win32' };

  const versioned = await runCaptured(join(ROOT, 'node_modules', '.bin', 'changeset'), ['version'], options);
  const version = [];
  if (versioned.code !== 0) version.push(versioned.tail.join('\n'));
  if (changesets(folder).length > 0) version.push(`changesets are left: ${changesets(folder).join(', ')}`);
  if (waiting.length > 0 && versions(folder) === before)
    version.push('changesets were there and no version was raised');

  const flags = ['--dry-run', '--no-git-checks', '--ignore-scripts', '--access', 'public'];
  const published = await runCaptured('pnpm', ['--recursive', 'publish', ...flags], options);
  const publish = published.code === 0 ? [] : [published.tail.join('\n')];
  const said = published.tail.join('\n');
  for (const { name, private: isPrivate } of manifests(folder)) {
    if (!isPrivate && !said.includes(`${name}@`)) publish.push(`${name} would not be published`);
  }
  return { version, publish };
}

/** @param {string} root */
function manifests(root) {
  return packageFolders(root).map((folder) => JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')));
}

/** @param {string} root */
function versions(root) {
  return manifests(root)
    .map(({ name, version }) => `${name}@${version}`)
    .join(' ');
}

/** @param {string} root */
function changesets(root) {
  return readdirSync(join(root, '.changeset')).filter((name) => name.endsWith('.md') && name !== 'README.md');
}
