import type { Primordials } from './primordials.js';

/** The longest beginning of a text that fits, made visible. `bytes` is what it takes, more than the room if it was cut. */
export interface Fitted {
  readonly text: string;
  readonly bytes: number;
}

export type FitText = (text: string, room: number) => Fitted;

/** Bounds text in UTF-8 bytes; what a terminal or a reader could be tricked by is written as \uXXXX. */
export function textFitter({
  apply,
  slice,
  charCodeAt,
  fromCharCode,
  numberToString,
  regExpExec,
}: Primordials): FitText {
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
  return (text, room) => {
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
  };
}
