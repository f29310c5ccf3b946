import type { Primordials } from './primordials.js';

/** The calls of host tools by one step. No function of the host is inside: calls are noted here and collected. */
export interface ToolDesk {
  /** Puts `tools` with these names into the global scope. */
  offer(names: readonly string[]): void;
  /** A new step. Promises of the step before settle no more. */
  clear(): void;
  /** The calls without an answer, as JSON `[[number, name, arguments], …]`; '' when there are none. */
  open(): string;
  /** Settles the promise of a call: `o` a result, `e` an error, `f` the error of a tool that failed. */
  answer(call: number, kind: string, text: string): void;
  /** Whether this is the very error of a tool that failed in this step. */
  isFailure(error: unknown): boolean;
}

export function toolDesk(primordials: Primordials, toolCalls: number, toolBytes: number): ToolDesk {
  const { apply, define, parse, stringify, plainError, charCodeAt } = primordials;
  const { NativeError, NativePromise, NativeRangeError, NativeTypeError } = primordials;
  interface Call {
    readonly number: number;
    readonly name: string;
    readonly args: string;
    readonly resolve: (value: unknown) => void;
    readonly reject: (error: unknown) => void;
    next: Call | null;
  }
  let first: Call | null = null;
  let last: Call | null = null;
  let made = 0;
  interface Failure {
    readonly error: Error;
    readonly next: Failure | null;
  }
  let failures: Failure | null = null;
  function isTooLarge(text: string): boolean {
    if (text.length > toolBytes) return true;
    if (text.length * 3 <= toolBytes) return false;
    let bytes = 0;
    for (let i = 0; i < text.length; i++) {
      const code = apply(charCodeAt, text, [i]);
      bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code >= 0xd800 && code <= 0xdfff ? 2 : 3;
    }
    return bytes > toolBytes;
  }
  function call(name: string, value: unknown): Promise<unknown> {
    if (made >= toolCalls) {
      throw plainError(NativeRangeError as ErrorConstructor, `a step may call tools ${toolCalls} times`);
    }
    const args = value === undefined ? '{}' : stringify(value);
    if (typeof args !== 'string') {
      throw plainError(NativeTypeError as ErrorConstructor, `tools.${name}: the arguments must be an object`);
    }
    if (isTooLarge(args)) {
      throw plainError(
        NativeRangeError as ErrorConstructor,
        `tools.${name}: the arguments limit is ${toolBytes} bytes`,
      );
    }
    return new NativePromise((resolve, reject) => {
      const entry: Call = { number: ++made, name, args, resolve, reject, next: null };
      if (last === null) first = entry;
      else last.next = entry;
      last = entry;
    });
  }
  return {
    offer(names) {
      const tools = {};
      for (let i = 0; i < names.length; i++) {
        const name = names[i] as string;
        define(tools, name, { [name]: (value: unknown) => call(name, value) }[name]);
      }
      define(globalThis, 'tools', tools);
    },
    clear() {
      first = null;
      last = null;
      made = 0;
      failures = null;
    },
    open() {
      let calls = '';
      for (let entry = first; entry !== null; entry = entry.next) {
        calls += `${calls === '' ? '' : ','}[${entry.number},${stringify(entry.name)},${stringify(entry.args)}]`;
      }
      return calls === '' ? '' : `[${calls}]`;
    },
    answer(number, kind, text) {
      let before: Call | null = null;
      for (let entry = first; entry !== null; before = entry, entry = entry.next) {
        if (entry.number !== number) continue;
        if (before === null) first = entry.next;
        else before.next = entry.next;
        if (last === entry) last = before;
        if (kind === 'o') {
          entry.resolve(text === '' ? undefined : parse(text));
          return;
        }
        const error = plainError(NativeError, text);
        if (kind === 'f') failures = { error, next: failures };
        entry.reject(error);
        return;
      }
    },
    isFailure(error) {
      for (let failure = failures; failure !== null; failure = failure.next) if (failure.error === error) return true;
      return false;
    },
  };
}
