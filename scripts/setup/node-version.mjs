/**
 * Node versions as triples of numbers, and the only range that this project writes: `>=major.minor[.patch]`.
 */

/**
 * Reads `24.21.0`, `v24.21.0`, `22.12` or `22` as `[major, minor, patch]`; what is absent is 0 and a
 * pre-release suffix is ignored.
 *
 * @param {string} text
 * @returns {[number, number, number]}
 * @throws {RangeError} if the text is not a version
 */
export function parseVersion(text) {
  const match = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:[-+].*)?$/.exec(text.trim());
  if (match === null) throw new RangeError(`parseVersion: expected a version such as 24.21.0, got "${text}"`);
  return [Number(match[1]), Number(match[2] ?? 0), Number(match[3] ?? 0)];
}

/**
 * Negative if `a` is older than `b`, 0 if they are equal, positive if `a` is newer.
 *
 * @param {string} a
 * @param {string} b
 */
export function compareVersions(a, b) {
  const left = parseVersion(a);
  const right = parseVersion(b);
  return left[0] - right[0] || left[1] - right[1] || left[2] - right[2];
}

/**
 * Whether a Node version is in the range of an `engines` field.
 *
 * @param {string} version
 * @param {string} range `>=22.12`
 * @throws {RangeError} if the range has another form
 */
export function satisfiesMinimum(version, range) {
  const match = /^>=\s*(\S+)$/.exec(range.trim());
  if (match === null || match[1] === undefined) {
    throw new RangeError(`satisfiesMinimum: expected a range such as >=22.12, got "${range}"`);
  }
  return compareVersions(version, match[1]) >= 0;
}
