import type { FitText } from './fit-text.js';
import type { Primordials } from './primordials.js';

/** Values and errors as text. */
export interface Shown {
  value(value: unknown): string;
  thrown(error: unknown): string;
  /** Cut at its budget and marked. */
  bounded(text: string): string;
}

/**
 * Shows values as a REPL does. Own data is read, getters are named; of the code only a proxy's traps and an error's
 * `message` can run.
 */
export function valueShower(primordials: Primordials, fit: FitText, valueBytes: number): Shown {
  const { apply, ownKeys, getOwnPropertyDescriptor, getPrototypeOf, isArray, isView, is, stringify } = primordials;
  const { tagOf, slice, numberToString, bigIntToString, symbolToString, regExpToString, regExpExec } = primordials;
  const { getTime, dateToISOString, mapForEach, setForEach, errorPrototype, objectPrototype } = primordials;
  let shown = '';
  function full(): boolean {
    return shown.length > valueBytes;
  }
  function quoted(text: string): string {
    return stringify(text.length > valueBytes ? apply(slice, text, [0, valueBytes]) : text);
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
  return {
    value: valueText,
    thrown: (error) =>
      typeof error === 'object' && error !== null && isError(error)
        ? errorText(error)
        : `Uncaught ${typeof error === 'string' ? quoted(error) : valueText(error)}`,
    bounded: (text) => {
      const fitted = fit(text, valueBytes);
      return fitted.bytes > valueBytes ? `${fitted.text}… [cut at ${valueBytes} bytes]` : fitted.text;
    },
  };
}
