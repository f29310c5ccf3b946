import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * All files below a folder, relative to the root with forward slashes, in an order that is the same on every machine.
 * A folder that does not exist has none.
 *
 * @param {string} root
 * @param {string} folder relative to the root
 * @returns {string[]}
 */
export function filesBelow(root, folder) {
  let entries;
  try {
    entries = readdirSync(join(root, folder), { withFileTypes: true });
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
  const files = entries.flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return filesBelow(root, path);
    return entry.isFile() ? [path] : [];
  });
  return files.sort();
}

/**
 * SHA-256 over names and contents, so that neither a touched file nor a fresh clone looks changed. A file that is
 * missing has the digest of its absence.
 *
 * @param {string} root
 * @param {readonly string[]} files relative to the root; their order counts
 * @param {string} [salt] what else the digest depends on
 */
export function hashContents(root, files, salt = '') {
  return digest(salt, files, (path) => readFileSync(join(root, path)));
}

/**
 * SHA-256 over names, sizes and times of change: nearly free, and enough to see that another program wrote.
 *
 * @param {string} root
 * @param {readonly string[]} files relative to the root; their order counts
 */
export function hashStats(root, files) {
  return digest('', files, (path) => {
    const { size, mtimeMs } = lstatSync(join(root, path));
    return `${size} ${mtimeMs}`;
  });
}

/**
 * @param {string} salt
 * @param {readonly string[]} files
 * @param {(path: string) => string | Buffer} read
 */
function digest(salt, files, read) {
  const hash = createHash('sha256').update(`${salt}\0`);
  for (const path of files) {
    let content;
    try {
      content = read(path);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
      hash.update(`${path}\0absent\0`);
      continue;
    }
    hash.update(`${path}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/** @param {unknown} error */
function codeOf(error) {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
