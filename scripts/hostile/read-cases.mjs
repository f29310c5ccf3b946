import { readFileSync } from 'node:fs';

/**
 * Reads a file of hostile cases: a JSON array of `{ category, name, code }`.
 *
 * @param {string} path
 * @returns {{ category: string, name: string, code: string }[]}
 * @throws RangeError for a file that cannot be read, or does not have the form
 */
export function readCases(path) {
  let value;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new RangeError(`${path}: must be a file of JSON, got ${/** @type {Error} */ (error).message}`);
  }
  if (!Array.isArray(value) || value.length === 0) {
    throw new RangeError(`${path}: must be an array of at least one case, got ${JSON.stringify(value)?.slice(0, 60)}`);
  }
  return value.map((one, at) => {
    for (const name of ['category', 'name', 'code']) {
      if (typeof one?.[name] !== 'string') {
        throw new RangeError(`${path}: case ${at}: ${name} must be a string, got ${JSON.stringify(one?.[name])}`);
      }
    }
    return { category: one.category, name: one.name, code: one.code };
  });
}
