import { createStyle, formatDuration, hasColor } from './style.mjs';

const NAME_WIDTH = 22;
const REDRAW_MS = 200;
const HEARTBEAT_MS = 30_000;

/**
 * @template T
 * @typedef {{ value: T, note: string, mark?: 'done' | 'skipped' }} Outcome What a step gives back, and what its line says.
 */

/**
 * Writes one line per step of the set-up. On a terminal the line is redrawn with what the step is doing and its time;
 * elsewhere it is written once the step has ended, with a sign of life every half minute.
 *
 * @param {NodeJS.WriteStream} [stream]
 */
export function createProgress(stream = process.stderr) {
  const style = createStyle(hasColor(stream, process.env));
  const live = stream.isTTY === true;

  /**
   * @template T
   * @param {string} name
   * @param {(report: (doing: string) => void) => Promise<Outcome<T>>} work
   * @param {{ quietFor?: number }} [options] a step that ends well within so many milliseconds writes nothing
   * @returns {Promise<T>}
   */
  return async function step(name, work, { quietFor = 0 } = {}) {
    const start = performance.now();
    const elapsed = () => performance.now() - start;
    let doing = '';
    const head = (/** @type {string} */ mark) =>
      `${mark} ${name.padEnd(NAME_WIDTH)}${formatDuration(elapsed()).padStart(12)}`;
    const draw = () => {
      if (elapsed() < quietFor) return;
      const line = doing === '' ? head(' ') : `${head(' ')}  ${doing}`;
      stream.write(live ? `\r\u001b[2K${fit(line, stream.columns ?? 80)}` : `${line}\n`);
    };
    const timer = setInterval(draw, live ? REDRAW_MS : HEARTBEAT_MS);
    const close = (/** @type {string} */ line) => {
      clearInterval(timer);
      stream.write(`${live ? '\r\u001b[2K' : ''}${line}\n`);
    };
    try {
      const {
        value,
        note,
        mark = 'done',
      } = await work((text) => {
        doing = text;
      });
      const detail = note === '' ? '' : `  ${note}`;
      if (mark === 'skipped') close(`${style.yellow(head('-'))}${detail}`);
      else if (elapsed() >= quietFor) close(`${style.green(head('+'))}${detail}`);
      clearInterval(timer);
      return value;
    } catch (error) {
      close(style.red(`${head('x')}  failed`));
      throw error;
    }
  };
}

/**
 * @param {string} text
 * @param {number} columns
 */
function fit(text, columns) {
  return text.length < columns ? text : `${text.slice(0, Math.max(0, columns - 2))}…`;
}
