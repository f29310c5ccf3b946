import type { AnswerNode } from './answer-node.js';

/** How commas and letters after a number are read, where more than one reading is possible. */
export interface Reading {
  /** `1,234` is one number, `1,23` the decimal 1.23, or every comma separates. */
  readonly comma: 'thousands' | 'decimal' | 'separator';
}

const MAX_DEPTH = 80;
const MAX_NODES = 3_000;

/** Thrown inside the parser only: the text is no mathematical answer. */
export class NotAnAnswer extends Error {}

/** What stands between the items of a list. */
export const SEPARATOR =
  /\s*(?:[,;]|\\(?:text|mbox|textnormal|textrm|mathrm)\s*\{\s*(?:,?\s*(?:and|or)|,|;)\s*\}|(?:and|or)(?![a-z])|\\(?:lor|vee|land|wedge)(?![a-z]))/y;

/** Where a parser stands in a text, and how deep; patterns are tried at that place alone. */
export class AnswerCursor {
  at = 0;
  /** Brackets around; in them every comma separates. */
  brackets = 0;
  /** Bars of an absolute value around. */
  bars = 0;
  private depth = 0;
  private nodes = 0;

  constructor(
    readonly text: string,
    readonly reading: Reading,
  ) {}

  deeper<T>(parse: () => T): T {
    if (++this.depth > MAX_DEPTH || ++this.nodes > MAX_NODES) throw new NotAnAnswer();
    const result = parse();
    this.depth -= 1;
    return result;
  }

  made(node: AnswerNode): AnswerNode {
    if (++this.nodes > MAX_NODES) throw new NotAnAnswer();
    return node;
  }

  space(): void {
    while (this.text[this.at] === ' ') this.at += 1;
  }

  take(pattern: RegExp): string | null {
    return this.match(pattern)?.[0] ?? null;
  }

  match(pattern: RegExp, consume = true): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found !== null && consume) this.at += found[0].length;
    return found !== null && found[0].length > 0 ? found : null;
  }

  expect(pattern: RegExp): void {
    if (this.take(pattern) === null) throw new NotAnAnswer();
  }
}
