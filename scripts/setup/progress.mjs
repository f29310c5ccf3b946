import { createStyle, formatDuration, hasColor } from './style.mjs';

const NAME_WIDTH = 22;
const REDRAW_MS = 200;
const HEARTBEAT_MS = 30_000;

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
   * @param {(report: (doing: string) => void) => Promise<{ value: T, note: string, mark?: 'done' | 'skipped' }>} work
   * @returns {Promise<T>}
   */
  return async function step(name, work) {
    const start = performance.now();
    let doing = '';
    const draw = (/** @type {string} */ mark, /** @type {string} */ detail) => {
      const text = `${mark} ${name.padEnd(NAME_WIDTH)} ${formatDuration(performance.now() - start).padStart(11)}  ${detail}`;
      return live ? fit(text, stream.columns ?? 80) : text.trimEnd();
    };
    const timer = setInterval(
      () => stream.write(live ? `\r\u001b[2K${draw(' ', doing)}` : `${draw(' ', doing)}\n`),
      live ? REDRAW_MS : HEARTBEAT_MS,
    );
    const close = (/** @type {string} */ line) => stream.write(`${live ? '\r\u001b[2K' : ''}${line}\n`);
    try {
      const {
        value,
        note,
        mark = 'done',
      } = await work((text) => {
        doing = text;
      });
      clearInterval(timer);
      close(
        mark === 'done'
          ? style.green(draw('+', '')).trimEnd() + (note && `  ${note}`)
          : `${style.yellow(draw('-', '')).trimEnd()}  ${note}`,
      );
      return value;
    } catch (error) {
      clearInterval(timer);
      close(style.red(draw('x', 'failed')));
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
