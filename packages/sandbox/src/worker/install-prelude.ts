/** What the prelude is told when an isolate is made. */
export interface PreludeConfig {
  readonly now: number;
  readonly outputBytes: number;
  readonly valueBytes: number;
}

/**
 * Makes a fresh context ready for hostile code. It runs **inside the isolate**, from its own source text, before any
 * other code: it must close over nothing and import nothing.
 *
 * It takes the primordials that it needs first, because later code may replace every built-in. Then it removes what
 * breaks the limits or the determinism (WebAssembly, shared memory, weak references, resizable buffers), freezes the
 * clock, seeds `Math.random`, buffers `console` inside the isolate, and returns the one function that the worker calls:
 *
 * - `entry('seed', '42')` seeds `Math.random`;
 * - `entry('run', source)` runs source in the global scope and keeps its value or its error; a promise is waited for;
 * - `entry('collect', '')`, called when the microtasks have run, returns `K<length of output>:<output><text>`, where `K`
 *   is `v` value, `x` cut short, `e` error, `s` error that is a native SyntaxError, `o` output limit, `u` value that cannot be shown.
 *
 * Only primitive strings go in and out.
 */
export function installPrelude(config: PreludeConfig): (op: string, text: string) => string {
  const root = globalThis as unknown as Record<string, unknown>;
  // Called by another name it is an indirect eval: global scope, sloppy mode.
  const evaluate = root['eval'] as (source: string) => unknown;
  const NativeError = Error;
  const NativeDate = Date;
  const NativeRangeError = RangeError;
  const { apply, construct, ownKeys, getOwnPropertyDescriptor, getPrototypeOf, defineProperty } = Reflect;
  const { isArray } = Array;
  const { isView } = ArrayBuffer;
  const { stringify } = JSON;
  const { is } = Object;
  const { imul } = Math;
  const { fromCharCode } = String;
  const errorPrototype: unknown = NativeError.prototype;
  const objectPrototype: unknown = Object.prototype;
  const syntaxErrorPrototype: unknown = SyntaxError.prototype;
  const tagOf = Object.prototype.toString;
  const slice = String.prototype.slice;
  const charCodeAt = String.prototype.charCodeAt;
  const numberToString = Number.prototype.toString;
  const bigIntToString = BigInt.prototype.toString;
  const symbolToString = Symbol.prototype.toString;
  const regExpToString = RegExp.prototype.toString;
  const regExpExec = RegExp.prototype.exec;
  const getTime = Date.prototype.getTime;
  const dateToISOString = Date.prototype.toISOString;
  const mapForEach = Map.prototype.forEach;
  const setForEach = Set.prototype.forEach;
  const then = Promise.prototype.then;

  // What would break a limit, or make two runs differ.
  for (const name of [
    'WebAssembly',
    'SharedArrayBuffer',
    'Atomics',
    'WeakRef',
    'FinalizationRegistry',
    'Temporal',
    'ShadowRealm',
  ]) {
    delete root[name];
  }

  function define(target: object, name: string, value: unknown): void {
    defineProperty(target, name, { value, writable: true, enumerable: false, configurable: true });
  }

  // A resizable buffer reserves its maximum outside the heap that the isolate counts.
  const NativeArrayBuffer = ArrayBuffer;
  function FixedArrayBuffer(this: unknown, length?: number): ArrayBuffer {
    if (!new.target) throw new TypeError("Constructor ArrayBuffer requires 'new'");
    return construct(NativeArrayBuffer, [length], new.target);
  }
  define(FixedArrayBuffer, 'name', 'ArrayBuffer');
  define(FixedArrayBuffer, 'isView', isView);
  defineProperty(FixedArrayBuffer, 'prototype', { value: NativeArrayBuffer.prototype, writable: false });
  define(NativeArrayBuffer.prototype, 'constructor', FixedArrayBuffer);
  define(root, 'ArrayBuffer', FixedArrayBuffer);

  // A clock that stands still.
  const { now } = config;
  function FrozenDate(this: unknown, ...parts: unknown[]): unknown {
    if (!new.target) return `${new NativeDate(now)}`;
    return construct(NativeDate, parts.length === 0 ? [now] : parts, new.target);
  }
  define(FrozenDate, 'name', 'Date');
  define(FrozenDate, 'length', 7);
  define(FrozenDate, 'parse', NativeDate.parse);
  define(FrozenDate, 'UTC', NativeDate.UTC);
  define(FrozenDate, 'now', () => now);
  defineProperty(FrozenDate, 'prototype', { value: NativeDate.prototype, writable: false });
  define(NativeDate.prototype, 'constructor', FrozenDate);
  define(root, 'Date', FrozenDate);
  const formats = Intl.DateTimeFormat.prototype;
  const formatGetter = getOwnPropertyDescriptor(formats, 'format')?.get as () => (date?: unknown) => string;
  defineProperty(formats, 'format', {
    configurable: true,
    get() {
      const format = apply(formatGetter, this, []);
      return (date?: unknown) => format(date === undefined ? now : date);
    },
  });
  const formatToParts = formats.formatToParts;
  define(formats, 'formatToParts', function (this: Intl.DateTimeFormat, date?: Date | number) {
    return apply(formatToParts, this, [date === undefined ? now : date]);
  });

  // Mulberry32, two draws for the 53 bits of a number.
  let randomState = 0;
  function random32(): number {
    randomState = (randomState + 0x6d2b79f5) | 0;
    let mixed = imul(randomState ^ (randomState >>> 15), randomState | 1);
    mixed ^= mixed + imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }
  define(Math, 'random', () => ((random32() >>> 5) * 67108864 + (random32() >>> 6)) / 9007199254740992);
  function seed(value: number): void {
    randomState = imul((value % 4294967296) | 0, 0x9e3779b1) ^ imul((value / 4294967296) | 0, 0x85ebca6b);
  }

  // Text: bounded in UTF-8 bytes; what a terminal or a reader could be tricked by is written as \uXXXX.
  const plainText = /^[\t\n\x20-\x7e]*$/;
  function escaped(code: number): string {
    const digits = apply(numberToString, code, [16]);
    return `\\u${apply(slice, `0000${digits}`, [digits.length])}`;
  }
  function isUnsafe(code: number): boolean {
    if (code < 32) return code !== 9 && code !== 10;
    if (code < 127) return false;
    if (code < 160 || code === 0x61c || code === 0x200e || code === 0x200f || code === 0xfeff) return true;
    return (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
  }
  /** The longest beginning of the text that fits, escaped. `bytes` is what it takes, more than `room` if it was cut. */
  function fit(text: string, room: number): { text: string; bytes: number } {
    if (text.length <= room && apply(regExpExec, plainText, [text]) !== null) {
      return { text, bytes: text.length };
    }
    let kept = '';
    let bytes = 0;
    for (let i = 0; i < text.length; i++) {
      const code = apply(charCodeAt, text, [i]);
      let piece: string;
      let size: number;
      if (code >= 0xd800 && code <= 0xdfff) {
        const next = i + 1 < text.length ? apply(charCodeAt, text, [i + 1]) : 0;
        const pair = code <= 0xdbff && next >= 0xdc00 && next <= 0xdfff;
        piece = pair ? fromCharCode(code, next) : escaped(code);
        size = pair ? 4 : 6;
        if (pair) i++;
      } else if (isUnsafe(code)) {
        piece = escaped(code);
        size = 6;
      } else {
        piece = fromCharCode(code);
        size = code < 0x80 ? 1 : code < 0x800 ? 2 : 3;
      }
      if (bytes + size > room) return { text: kept, bytes: room + 1 };
      kept += piece;
      bytes += size;
    }
    return { text: kept, bytes };
  }

  // Values as text. Own data is read, getters are named; of the code only a proxy's traps and an error's `message` can run.
  let shown = '';
  function full(): boolean {
    return shown.length > config.valueBytes;
  }
  function quoted(text: string): string {
    return stringify(text.length > config.valueBytes ? apply(slice, text, [0, config.valueBytes]) : text);
  }
  function ownText(object: object, name: string): string {
    const descriptor = getOwnPropertyDescriptor(object, name);
    return descriptor !== undefined && typeof descriptor.value === 'string' ? descriptor.value : '';
  }
  function constructorName(object: object): string {
    const prototype = getPrototypeOf(object);
    if (prototype === null || prototype === objectPrototype) return '';
    const maker: unknown = getOwnPropertyDescriptor(prototype, 'constructor')?.value;
    return typeof maker === 'function' ? ownText(maker, 'name') : '';
  }
  function errorText(error: object): string {
    const name = (error as Error).name;
    const message = (error as Error).message;
    const shownName = typeof name === 'string' && name !== '' ? name : 'Error';
    return typeof message === 'string' && message !== '' ? `${shownName}: ${message}` : shownName;
  }
  function isError(value: object): boolean {
    for (let link: object | null = value, hops = 0; link !== null && hops < 16; link = getPrototypeOf(link), hops++) {
      if (link === errorPrototype) return true;
    }
    return false;
  }
  interface Path {
    readonly object: object;
    readonly parent: Path | null;
    readonly depth: number;
  }
  function show(value: unknown, parent: Path | null): void {
    switch (typeof value) {
      case 'string':
        shown += quoted(value);
        return;
      case 'number':
        shown += is(value, -0) ? '-0' : apply(numberToString, value, [10]);
        return;
      case 'bigint':
        shown += `${apply(bigIntToString, value, [10])}n`;
        return;
      case 'symbol':
        shown += apply(symbolToString, value, []);
        return;
      case 'function':
        shown += `[Function: ${ownText(value, 'name') || 'anonymous'}]`;
        return;
      case 'boolean':
        shown += value ? 'true' : 'false';
        return;
      case 'undefined':
        shown += 'undefined';
        return;
      case 'object':
        if (value === null) shown += 'null';
        else showObject(value, parent);
        return;
    }
  }
  function showObject(object: object, parent: Path | null): void {
    for (let link = parent; link !== null; link = link.parent) {
      if (link.object === object) {
        shown += '[Circular]';
        return;
      }
    }
    const depth = parent === null ? 0 : parent.depth + 1;
    const tag = apply(tagOf, object, []);
    if (depth > 8) {
      shown += isArray(object) ? '[Array]' : '[Object]';
      return;
    }
    const path: Path = { object, parent, depth };
    if (isArray(object) || isView(object)) {
      showList(object, path);
      return;
    }
    if (isError(object)) {
      shown += `[${errorText(object)}]`;
      return;
    }
    if (tag === '[object Date]') {
      const time = apply(getTime, object, []);
      shown += is(time, NaN) ? 'Invalid Date' : apply(dateToISOString, object, []);
      return;
    }
    if (tag === '[object RegExp]') {
      shown += apply(regExpToString, object, []);
      return;
    }
    if (tag === '[object Map]') showMap(object as Map<unknown, unknown>, path);
    else if (tag === '[object Set]') showSet(object as Set<unknown>, path);
    else showFields(object, tag === '[object Promise]' ? 'Promise' : constructorName(object), path);
  }
  function showList(list: object, path: Path): void {
    if (!isArray(list)) shown += `${constructorName(list)} `;
    const { length } = list as ArrayLike<unknown>;
    shown += '[';
    for (let i = 0; i < length && !full(); i++) {
      if (i > 0) shown += ', ';
      const descriptor = getOwnPropertyDescriptor(list, i);
      if (descriptor === undefined) shown += 'empty';
      else if (descriptor.get !== undefined || descriptor.set !== undefined) shown += '[Getter]';
      else show(descriptor.value, path);
    }
    shown += ']';
  }
  function showMap(map: Map<unknown, unknown>, path: Path): void {
    shown += 'Map {';
    let first = true;
    const each = (value: unknown, key: unknown): void => {
      if (full()) return;
      if (!first) shown += ', ';
      first = false;
      show(key, path);
      shown += ' => ';
      show(value, path);
    };
    apply(mapForEach, map, [each]);
    shown += '}';
  }
  function showSet(set: Set<unknown>, path: Path): void {
    shown += 'Set {';
    let first = true;
    const each = (value: unknown): void => {
      if (full()) return;
      if (!first) shown += ', ';
      first = false;
      show(value, path);
    };
    apply(setForEach, set, [each]);
    shown += '}';
  }
  const plainName = /^[A-Za-z_$][A-Za-z0-9_$]*$/;
  function showFields(object: object, name: string, path: Path): void {
    shown += name === '' ? '{' : `${name} {`;
    let first = true;
    const keys = ownKeys(object);
    for (let i = 0; i < keys.length && !full(); i++) {
      const key = keys[i];
      if (typeof key !== 'string') continue;
      const descriptor = getOwnPropertyDescriptor(object, key);
      if (descriptor === undefined || !descriptor.enumerable) continue;
      if (!first) shown += ', ';
      first = false;
      shown += apply(regExpExec, plainName, [key]) === null ? quoted(key) : key;
      shown += ': ';
      if (descriptor.get !== undefined || descriptor.set !== undefined) shown += '[Getter]';
      else show(descriptor.value, path);
    }
    shown += '}';
  }
  function valueText(value: unknown): string {
    if (typeof value === 'string') return value;
    shown = '';
    if (typeof value === 'object' && value !== null && isError(value)) return errorText(value);
    show(value, null);
    return shown;
  }
  function boundedValue(text: string): string {
    const fitted = fit(text, config.valueBytes);
    return fitted.bytes > config.valueBytes ? `${fitted.text}… [cut at ${config.valueBytes} bytes]` : fitted.text;
  }

  // What a step prints stays here until the step is over.
  let output = '';
  let lines = 0;
  let room = 0;
  let cut = false;
  let printed = 0;
  let flooded = false;
  function print(line: string): void {
    printed += line.length + 1;
    if (!cut) {
      const fitted = fit(line, room);
      output += lines++ === 0 ? fitted.text : `\n${fitted.text}`;
      cut = fitted.bytes > room;
      room = fitted.bytes < room ? room - fitted.bytes - 1 : 0;
    }
    if (printed > 16 * config.outputBytes) {
      flooded = true;
      throw new NativeRangeError(`the output limit is ${config.outputBytes} bytes`);
    }
  }
  function log(...values: unknown[]): undefined {
    let line = '';
    for (let i = 0; i < values.length; i++) line += (i > 0 ? ' ' : '') + valueText(values[i]);
    print(line);
  }
  const consoleObject = {};
  for (const name of ['log', 'info', 'debug', 'warn', 'error', 'dir', 'table', 'trace']) {
    define(consoleObject, name, { [name]: (...values: unknown[]) => apply(log, undefined, values) }[name]);
  }
  define(root, 'console', consoleObject);

  // One step: its state from `run` to `collect`.
  let kind = 'x';
  let result: unknown;
  let pending = false;
  function fail(error: unknown): void {
    pending = false;
    result = error;
    const native = typeof error === 'object' && error !== null && getPrototypeOf(error) === syntaxErrorPrototype;
    kind = native ? 's' : 'e';
  }
  function succeed(value: unknown): void {
    pending = false;
    result = value;
  }
  /** Waits for a native promise, also when the source did not say `await`. */
  function awaitIfPromise(value: unknown): void {
    if (typeof value !== 'object' || value === null || apply(tagOf, value, []) !== '[object Promise]') return;
    pending = true;
    try {
      apply(then, value, [succeed, fail]);
    } catch {
      pending = false; // only looks like a promise
    }
  }
  function run(source: string): void {
    kind = 'x';
    result = undefined;
    pending = false;
    output = '';
    lines = 0;
    room = config.outputBytes;
    cut = false;
    printed = 0;
    flooded = false;
    try {
      result = evaluate(source);
      kind = 'v';
      awaitIfPromise(result);
    } catch (error) {
      fail(error);
    }
  }
  function thrownText(error: unknown): string {
    if (typeof error === 'object' && error !== null && isError(error)) return errorText(error);
    return `Uncaught ${typeof error === 'string' ? quoted(error) : valueText(error)}`;
  }
  function collect(): string {
    let text = '';
    if (pending) {
      kind = 'e';
      text = 'Error: the awaited promise never settles';
    } else {
      try {
        if (kind === 'x') return 'x0:';
        const silent = kind === 'v' && result === undefined && lines > 0;
        text = silent ? '' : boundedValue(kind === 'v' ? valueText(result) : thrownText(result));
      } catch {
        kind = kind === 'v' ? 'u' : 'e';
        text = kind === 'u' ? 'the value cannot be shown as text' : 'Uncaught error that cannot be shown as text';
      }
    }
    if (flooded) {
      kind = 'o';
      text = `the output limit is ${config.outputBytes} bytes`;
    }
    result = undefined;
    const marked = cut ? `${output}… [cut at ${config.outputBytes} bytes]` : output;
    output = '';
    return `${kind}${marked.length}:${marked}${text}`;
  }

  return (op: string, text: string): string => {
    switch (op) {
      case 'seed':
        seed(+text);
        return '';
      case 'run':
        run(text);
        return '';
      default:
        return collect();
    }
  };
}
