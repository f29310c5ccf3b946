import type { Primordials } from './primordials.js';

/** A clock that stands still. Returns what sets it. */
export function freezeClock({ apply, construct, define, defineProperty, getOwnPropertyDescriptor }: Primordials) {
  const root = globalThis as unknown as Record<string, unknown>;
  const NativeDate = Date;
  let now = 0;
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
  return (ms: number): void => {
    now = ms;
  };
}
