/**
 * Whether a stream gets colours: only a terminal does, and only without `NO_COLOR` (no-color.org).
 *
 * @param {{ isTTY?: boolean }} stream
 * @param {Record<string, string | undefined>} env
 */
export function hasColor(stream, env) {
  return stream.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
}

/**
 * The few colours of the scripts; without colour each is the text itself.
 *
 * @param {boolean} color
 */
export function createStyle(color) {
  const paint = (/** @type {number} */ open, /** @type {number} */ close) => (/** @type {string} */ text) =>
    color ? `\u001b[${open}m${text}\u001b[${close}m` : text;
  return { bold: paint(1, 22), dim: paint(2, 22), red: paint(31, 39), green: paint(32, 39), yellow: paint(33, 39) };
}

/**
 * `0.4 s`, `59.9 s`, `1 min 05 s`.
 *
 * @param {number} milliseconds
 */
export function formatDuration(milliseconds) {
  const seconds = milliseconds / 1000;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}
