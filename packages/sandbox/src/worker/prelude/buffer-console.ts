import type { FitText } from './fit-text.js';
import type { Primordials } from './primordials.js';
import type { Shown } from './show-value.js';

/** What a step prints stays inside until the step is over. */
export interface OutputBuffer {
  clear(): void;
  readonly lines: number;
  /** Whether the step printed many times its budget. */
  readonly flooded: boolean;
  /** What was printed, cut at its budget and marked. */
  text(): string;
}

/** `console`, into a buffer: no callback of the host is there that a loop could flood. */
export function bufferConsole(
  { apply, define, plainError, NativeRangeError }: Primordials,
  fit: FitText,
  show: Shown,
  outputBytes: number,
): OutputBuffer {
  let output = '';
  let lines = 0;
  let room = 0;
  let cut = false;
  let printed = 0;
  let flooded = false;
  function print(line: string): void {
    printed += line.length + 1;
    if (!cut) {
      const fitted = room < 0 ? null : fit(line, room);
      if (fitted !== null) output += lines++ === 0 ? fitted.text : `\n${fitted.text}`;
      cut = fitted === null || fitted.bytes > room;
      // With its line break, for which there may be no room.
      if (fitted !== null) room -= fitted.bytes + 1;
    }
    if (printed > 16 * outputBytes) {
      flooded = true;
      throw plainError(NativeRangeError as ErrorConstructor, `the output limit is ${outputBytes} bytes`);
    }
  }
  function log(...values: unknown[]): undefined {
    let line = '';
    for (let i = 0; i < values.length; i++) line += (i > 0 ? ' ' : '') + show.value(values[i]);
    print(line);
  }
  const consoleObject = {};
  for (const name of ['log', 'info', 'debug', 'warn', 'error', 'dir', 'table', 'trace']) {
    define(consoleObject, name, { [name]: (...values: unknown[]) => apply(log, undefined, values) }[name]);
  }
  define(globalThis, 'console', consoleObject);
  return {
    clear() {
      output = '';
      lines = 0;
      room = outputBytes;
      cut = false;
      printed = 0;
      flooded = false;
    },
    get lines() {
      return lines;
    },
    get flooded() {
      return flooded;
    },
    text: () => (cut ? `${output}… [cut at ${outputBytes} bytes]` : output),
  };
}
