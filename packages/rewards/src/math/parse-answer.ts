import { type AnswerNode, call, type RelationOperator } from './answer-node.js';
import { COMMANDS, type Command, FUNCTIONS, GREEK, UNIT_LETTERS, UNIT_WORDS, WORDS } from './notation.js';

/** How commas and letters after a number are read, where more than one reading is possible. */
export interface Reading {
  /** `1,234` is one number, `1,23` the decimal 1.23, or every comma separates. */
  readonly comma: 'thousands' | 'decimal' | 'separator';
}

const MAX_LENGTH = 4_000;
const MAX_DEPTH = 80;
const MAX_NODES = 3_000;

/** Thrown inside the parser only: the text is no mathematical answer. */
class NotAnAnswer extends Error {}

/**
 * Reads an answer, already normalized (`normalizeAnswer`), in LaTeX or plain notation. One pass without backtracking
 * over more than one choice, with caps on length, depth and nodes, so that any text costs at most a few milliseconds.
 *
 * @returns `null` for a text that is no mathematical answer, or too long.
 */
export function parseAnswer(text: string, reading: Reading): AnswerNode | null {
  if (text.length === 0 || text.length > MAX_LENGTH) return null;
  try {
    return new AnswerParser(text, reading).answer();
  } catch (error) {
    if (error instanceof NotAnAnswer) return null;
    throw error;
  }
}

const RELATIONS: readonly (readonly [RegExp, RelationOperator])[] = [
  [/\s*(?:\\leq?(?:q|slant|qslant)?(?![a-z])|<=)\s*/y, '<='],
  [/\s*(?:\\geq?(?:q|slant|qslant)?(?![a-z])|>=)\s*/y, '>='],
  [/\s*(?:\\neq?(?![a-z])|!=|\\not\s*=)\s*/y, '!='],
  [/\s*(?:\\approx|\\simeq|\\sim|\\cong)(?![a-z])\s*/y, '~'],
  [/\s*\\in(?![a-z])\s*/y, 'in'],
  [/\s*(?:\\lt(?![a-z])|<)\s*/y, '<'],
  [/\s*(?:\\gt(?![a-z])|>)\s*/y, '>'],
  [/\s*(?:\\equiv(?![a-z])|\\implies(?![a-z])|:?==?)\s*/y, '='],
];
const SEPARATOR =
  /\s*(?:[,;]|\\(?:text|mbox|textnormal|textrm|mathrm)\s*\{\s*(?:,?\s*(?:and|or)|,|;)\s*\}|(?:and|or)(?![a-z])|\\(?:lor|vee|land|wedge)(?![a-z]))/y;
const PERCENT =
  /\s*(?:\\(?:text|mbox|textnormal|textrm|mathrm)\s*\{\s*(?:per\s?cent(?:age)?|pct|%)\.?\s*\}|%|(?:per\s?cent(?:age)?|pct)(?![a-z]))/y;
const TEXT = /\\(?:text|textbf|textit|textrm|textnormal|textsf|texttt|mbox|hbox)\s*\{/y;
const LETTERS = /\\(?:mathrm|mathbf|mathit|mathsf|mathcal|mathfrak|operatorname)\s*\*?\s*\{\s*([^{}\\]*)\}/y;
const BLACKBOARD = /\\(?:mathbb|Bbb)\s*\{?\s*([A-Z])\s*\}?/y;
const NUMBERS: Readonly<Record<Reading['comma'], RegExp>> = {
  thousands: /(?:\d{1,3}(?:,\d{3})+(?!\d)|\d{1,3}(?: \d{3})+(?![\d./])|\d+)(?:\.\d+|\.(?![\d.]))?|\.\d+/y,
  decimal: /\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?: \d{3})+,\d+|\d+,\d+|\d+(?:\.\d+)?|\.\d+/y,
  separator: /\d+(?:\.\d+|\.(?![\d.]))?|\.\d+/y,
};
const EXPONENT = /[eE][+-]?\d{1,6}(?![\d.a-zA-Z])/y;

class AnswerParser {
  private at = 0;
  private depth = 0;
  private nodes = 0;
  /** Brackets around; in them every comma separates. */
  private brackets = 0;
  private bars = 0;

  constructor(
    private readonly text: string,
    private readonly reading: Reading,
  ) {}

  answer(): AnswerNode {
    const items = this.items();
    this.space();
    if (this.at < this.text.length || items.length === 0) throw new NotAnAnswer();
    const [only] = items;
    return items.length === 1 && only !== undefined ? only : { kind: 'list', items };
  }

  /** Items up to a closing bracket or the end, with separators between; one may trail. */
  private items(): AnswerNode[] {
    const items: AnswerNode[] = [];
    do {
      this.space();
      while (this.take(SEPARATOR) !== null) this.space();
      if (
        this.at >= this.text.length ||
        /[)\]}]/.test(this.text[this.at] ?? '') ||
        this.text.startsWith('\\}', this.at)
      )
        break;
      items.push(this.relation());
    } while (this.take(SEPARATOR) !== null);
    return items;
  }

  private relation(): AnswerNode {
    return this.deeper(() => {
      const sides = [this.ratio()];
      const operators: RelationOperator[] = [];
      for (let operator = this.operator(); operator !== null; operator = this.operator()) {
        operators.push(operator);
        sides.push(this.ratio());
      }
      return operators.length === 0 ? (sides[0] as AnswerNode) : { kind: 'relation', operators, sides };
    });
  }

  private operator(): RelationOperator | null {
    for (const [pattern, operator] of RELATIONS) if (this.take(pattern) !== null) return operator;
    return null;
  }

  /** `7:32`, and below it unions of sets. */
  private ratio(): AnswerNode {
    let left = this.sets();
    while (this.take(/\s*:(?!=)\s*/y) !== null) left = call('/', left, this.sets());
    return left;
  }

  private sets(): AnswerNode {
    let left = this.sum();
    for (;;) {
      const operator = this.take(
        /\s*(?:\\(?:bigcup|cup|bigcap|cap|setminus|backslash)(?![a-z])|U(?=\s*[([]))\s*/y,
      )?.trim();
      if (operator === undefined) return left;
      const kind = operator.endsWith('cap')
        ? 'intersection'
        : operator === 'U' || operator.endsWith('cup')
          ? 'union'
          : 'difference';
      left = { kind: 'set-operation', operator: kind, left, right: this.sum() };
    }
  }

  private sum(): AnswerNode {
    this.space();
    const sign = this.take(/\\pm(?![a-z])|\\mp(?![a-z])|\+\/?-|[+-]/y);
    const first = this.product();
    let left = sign === '-' ? call('neg', first) : isPlusMinus(sign) ? plusMinus(null, sign, first) : first;
    for (;;) {
      const operator = this.take(/\s*(?:\\pm(?![a-z])|\\mp(?![a-z])|\+\/-|[+-])\s*/y)?.trim();
      if (operator === undefined) return left;
      const right = this.signedProduct();
      if (isPlusMinus(operator)) left = plusMinus(left, operator, right);
      else left = this.add(left, operator === '-' ? call('neg', right) : right);
    }
  }

  private add(left: AnswerNode, right: AnswerNode): AnswerNode {
    return left.kind === 'call' && left.name === '+' ? call('+', ...left.args, right) : call('+', left, right);
  }

  private signedProduct(): AnswerNode {
    this.space();
    return this.take(/-/y) === null ? this.product() : call('neg', this.product());
  }

  private product(): AnswerNode {
    const factors: AnswerNode[] = [this.power()];
    for (;;) {
      const last = factors[factors.length - 1] as AnswerNode;
      if (this.take(/\s*(?:\*\*)\s*/y) !== null) {
        factors[factors.length - 1] = call('^', last, this.signedPower());
      } else if (this.take(/\s*(?:\\(?:cdot|times|ast|circ)(?![a-z])|\*)\s*/y) !== null) {
        factors.push(this.signedPower());
      } else if (this.take(/\s*(?:\\div(?![a-z])|\/)\s*/y) !== null) {
        const whole = productOf(factors.splice(0));
        factors.push(call('/', whole, this.signedPower()));
      } else if (this.take(/\s*(?:\\bmod|\\mod)(?![a-z])\s*|\s+mod(?![a-z])\s*/y) !== null) {
        const whole = productOf(factors.splice(0));
        factors.push(call('mod', whole, this.signedPower()));
      } else {
        const unit = this.unitAfter(last);
        if (unit !== null) {
          const whole = productOf(factors.splice(0));
          factors.push({ kind: 'quantity', of: whole, unit });
          continue;
        }
        const mixed = this.mixed(last, factors.length);
        if (mixed !== null) factors[factors.length - 1] = mixed;
        else if (this.startsFactor(last)) factors.push(this.power());
        else return productOf(factors);
      }
    }
  }

  private signedPower(): AnswerNode {
    this.space();
    const sign = this.take(/[+-]\s*/y);
    return sign?.startsWith('-') ? call('neg', this.power()) : this.power();
  }

  /** `1\frac{1}{2}` and `1 1/2`: a whole number and a fraction of whole numbers beside it. */
  private mixed(whole: AnswerNode, factors: number): AnswerNode | null {
    if (factors !== 1 || whole.kind !== 'number' || whole.decimals > 0 || whole.value.denominator !== 1n) return null;
    if (this.text[this.at - 1] === '.') return null;
    const parts =
      this.match(/\s*\\frac\s*\{\s*(\d+)\s*\}\s*\{\s*(\d+)\s*\}/y) ??
      this.match(/\s*\\frac\s*(\d)\s*(\d)/y) ??
      this.match(/\s+(\d+)\s*\/\s*(\d+)(?![\d.])/y);
    const [, top, bottom] = parts ?? [];
    if (top === undefined || bottom === undefined) return null;
    return call('+', whole, call('/', this.whole(top), this.whole(bottom)));
  }

  private whole(digits: string): AnswerNode {
    return numberNode(digits, '', 0);
  }

  /** Whether what follows multiplies what stands before without a sign. */
  private startsFactor(last: AnswerNode): boolean {
    const rest = this.match(/\s*(\S)([a-zA-Z]*)/y, false);
    if (rest === null) return false;
    const first = rest[1] as string;
    if (/[0-9.]/.test(first)) {
      this.space();
      return last.kind === 'call' && /[)}]/.test(this.text[this.at - 1] ?? '') && first !== '.';
    }
    if (/[a-zA-Z({]/.test(first)) {
      return this.match(/\s*(?:and|or|U\s*[([])(?![a-z])/y, false) === null;
    }
    if (first === '|') return this.bars === 0;
    if (first === '\\')
      return (
        this.match(/\s*\\(?:\\|\}|\||end|pmod|cup|cap|setminus|bigcup|bigcap|quad)/y, false) === null &&
        this.operatorAhead() === false
      );
    return /[\p{L}…]/u.test(first);
  }

  private operatorAhead(): boolean {
    const before = this.at;
    const found =
      this.operator() !== null ||
      this.take(SEPARATOR) !== null ||
      this.take(/\s*\\(?:pm|mp|cdot|times|div|bmod|mod|ast)(?![a-z])/y) !== null;
    this.at = before;
    return found;
  }

  /** `x^2`, `5!`, `30^\circ`, `28\%`, `f'`. */
  private power(): AnswerNode {
    return this.deeper(() => {
      let base = this.primary();
      for (;;) {
        if (
          this.take(
            /\s*\^\s*(?:\{\s*\\circ\s*\}|\\circ(?![a-z])|\{\s*\\degree\s*\})\s*[CF]?(?![a-zA-Z])|\s*\\degree(?![a-z])|\s*degrees?(?![a-z])/y,
          ) !== null
        ) {
          base = call('degree', base);
        } else if (this.take(/\s*\^\s*\{?\s*(?:\\top|\\intercal|T)\s*\}?(?![a-z])/y) !== null) {
          base = call('transpose', base);
        } else if (this.take(/\s*(?:'+|\^\s*\{?\s*\\prime\s*\}?)/y) !== null) {
          base = base.kind === 'symbol' ? { kind: 'symbol', name: `${base.name}'` } : call('prime', base);
        } else if (this.take(/\s*\^\s*/y) !== null) {
          base = call('^', base, this.exponent());
        } else if (this.take(/\s*!(?![=!])/y) !== null) {
          base = call('factorial', base);
        } else if (this.take(PERCENT) !== null) {
          base = { kind: 'percent', of: base };
        } else return base;
      }
    });
  }

  private exponent(): AnswerNode {
    if (this.text[this.at] === '{' || this.text[this.at] === '\\') return this.argument();
    if (this.take(/-/y) !== null) return call('neg', this.exponent());
    // One digit in LaTeX, the whole number elsewhere: nobody writes x^10 for (x^1)0.
    const number = this.number();
    if (number !== null) return this.take(/\s*\^\s*/y) === null ? number : call('^', number, this.exponent());
    const base = this.primary();
    return this.take(/\s*\^\s*/y) === null ? base : call('^', base, this.exponent());
  }

  private primary(): AnswerNode {
    this.space();
    const number = this.number();
    if (number !== null) return number;
    const character = this.text[this.at] ?? '';
    switch (character) {
      case '(':
      case '[':
        return this.bracket();
      case '{':
        return this.braces();
      case '|':
        return this.absolute();
      case '\\':
        return this.command();
      case '…':
        this.at += 1;
        return this.made({ kind: 'symbol', name: '…' });
    }
    if (/[\p{L}_]/u.test(character)) return this.letters();
    throw new NotAnAnswer();
  }

  private number(): AnswerNode | null {
    this.space();
    const comma = this.brackets > 0 && this.reading.comma === 'thousands' ? 'separator' : this.reading.comma;
    const written = this.take(NUMBERS[comma]);
    if (written === null) return null;
    const plain =
      comma === 'decimal' && written.includes(',')
        ? written.replace(/[. ]/g, '').replace(',', '.')
        : written.replace(/[, ]/g, '');
    const exponent = this.take(EXPONENT);
    const [whole = '', fraction = ''] = plain.split('.');
    // `204_5` is written in base 5: not the number 204, and equal only to what is written alike.
    const base = this.match(/\s*_\s*(?:\{\s*(\d+)\s*\}|(\d))/y);
    if (base !== null) return this.made({ kind: 'symbol', name: `${plain}_${base[1] ?? base[2]}` });
    return this.made(numberNode(whole, fraction, exponent === null ? 0 : Number(exponent.slice(1))));
  }

  private bracket(): AnswerNode {
    return this.deeper(() => {
      const open = this.text[this.at] as '(' | '[';
      this.at += 1;
      this.brackets += 1;
      const [bars, before] = [this.bars, this.at];
      this.bars = 0;
      const items = this.items();
      this.bars = bars;
      this.brackets -= 1;
      this.space();
      const close = this.text[this.at];
      if (close !== ')' && close !== ']') throw new NotAnAnswer();
      this.at += 1;
      const [only] = items;
      const trailing = /,\s*[)\]]$/.test(this.text.slice(Math.max(before, this.at - 6), this.at));
      if (items.length === 1 && only !== undefined && open === '(' && close === ')' && !trailing) return only;
      if (items.length === 0) throw new NotAnAnswer();
      return this.made({ kind: 'bracket', open, close, items });
    });
  }

  /** Braces group; with a comma inside they are a set. */
  private braces(): AnswerNode {
    return this.deeper(() => {
      this.at += 1;
      this.brackets += 1;
      const bars = this.bars;
      this.bars = 0;
      const items = this.items();
      this.bars = bars;
      this.brackets -= 1;
      this.expect(/\s*\}/y);
      const [only] = items;
      if (items.length === 1 && only !== undefined) return only;
      if (items.length === 0) return this.primary();
      return this.made({ kind: 'set', items });
    });
  }

  private set(): AnswerNode {
    this.brackets += 1;
    const bars = this.bars;
    this.bars = 1;
    const items = this.items();
    this.bars = bars;
    // `{x | x > 3}` is what its condition says.
    if (items.length === 1 && this.take(/\s*(?:\||\\mid(?![a-z])|\\vert(?![a-z]))\s*/y) !== null)
      items.splice(0, 1, ...this.items());
    this.brackets -= 1;
    this.expect(/\s*\\\}/y);
    const [only] = items;
    if (items.length === 0) return this.made({ kind: 'symbol', name: 'emptyset' });
    if (items.length === 1 && only?.kind === 'relation') return only;
    return this.made({ kind: 'set', items });
  }

  private absolute(): AnswerNode {
    return this.deeper(() => {
      this.at += 1;
      this.bars += 1;
      const inner = this.sum();
      this.bars -= 1;
      this.expect(/\s*(?:\||\\rvert|\\vert)/y);
      return this.made(call('abs', inner));
    });
  }

  private letters(): AnswerNode {
    const word = this.take(/\p{L}+/uy);
    if (word === null) {
      this.expect(/_+/y);
      return this.made({ kind: 'symbol', name: '_' });
    }
    const known = Object.hasOwn(WORDS, word) ? WORDS[word] : undefined;
    if (known !== undefined) return this.apply(known);
    if (word.length > 3 || /[^a-zA-Z]/.test(word)) return this.made({ kind: 'text', text: word });
    this.at -= word.length - 1;
    return this.symbol(word[0] as string);
  }

  /** A letter with its index, and its arguments if it is one that names a function. */
  private symbol(name: string): AnswerNode {
    let full = name;
    const index = this.match(/\s*_\s*(?:\{([^{}]*)\}|([a-zA-Z0-9]))/y);
    if (index !== null) full += `_${(index[1] ?? index[2] ?? '').replace(/\s/g, '')}`;
    const call = /'*\(|\s*\^\s*\{\s*-\s*1\s*\}\s*\(/y;
    if (/^(?:[fghFGHPQRTW]|phi|varphi|psi)(?:_|$)/.test(full) && this.match(call, false) !== null) {
      full += this.take(/'+/y) ?? '';
      if (this.take(/\s*\^\s*\{\s*-\s*1\s*\}\s*/y) !== null) full += '^-1';
      return this.made({ kind: 'call', name: `:${full}`, args: this.argumentsInBrackets() });
    }
    return this.made({ kind: 'symbol', name: full });
  }

  private argumentsInBrackets(): readonly AnswerNode[] {
    const inner = this.bracket();
    return inner.kind === 'bracket' ? inner.items : [inner];
  }

  private command(): AnswerNode {
    if (this.take(/\\\{/y) !== null) return this.deeper(() => this.set());
    if (this.take(TEXT) !== null) return this.words();
    const roman = this.match(LETTERS, false);
    if (roman !== null) {
      this.at += roman[0].length;
      const word = (roman[1] ?? '').trim();
      const known = Object.hasOwn(WORDS, word) ? WORDS[word] : undefined;
      if (known !== undefined) return this.apply(known);
      return word.length === 1 ? this.symbol(word) : this.made({ kind: 'text', text: word });
    }
    const blackboard = this.match(BLACKBOARD);
    if (blackboard !== null) return this.made({ kind: 'symbol', name: `set ${blackboard[1]}` });
    const matrix = this.match(/\\begin\s*\{([a-zA-Z]*)\*?\}(?:\s*\{[^{}]*\}|\s*\[[^[\]]*\])?/y);
    if (matrix !== null) return this.deeper(() => this.environment(matrix[1] as string));
    const name = this.match(/\\([a-zA-Z]+)/y)?.[1] ?? this.match(/\\([|])/y)?.[1];
    if (name === undefined) throw new NotAnAnswer();
    if (GREEK.has(name)) return this.symbol(name === 'varphi' ? 'phi' : name);
    const known = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    return known === undefined ? this.made({ kind: 'symbol', name: `\\${name}` }) : this.apply(known);
  }

  private words(): AnswerNode {
    const start = this.at;
    let depth = 1;
    for (; this.at < this.text.length && depth > 0; this.at++) {
      if (this.text[this.at] === '{') depth += 1;
      if (this.text[this.at] === '}') depth -= 1;
    }
    const text = this.text.slice(start, depth === 0 ? this.at - 1 : this.at).trim();
    const single = /^\(?([a-zA-Z])\)?$/.exec(text);
    if (single !== null) return this.symbol(single[1] as string);
    return this.made({ kind: 'text', text });
  }

  private apply(command: Command): AnswerNode {
    switch (command.kind) {
      case 'constant':
        return this.made({ kind: 'symbol', name: command.name });
      case 'fraction':
        return this.made(call('/', this.argument(), this.argument()));
      case 'binomial':
        return this.made(call('binom', this.argument(), this.argument()));
      case 'root': {
        const index = this.match(/\s*\[\s*([^[\]]*)\]/y)?.[1];
        const degree = index === undefined ? [] : [this.inner(index)];
        return this.made(call('sqrt', this.argument(), ...degree));
      }
      case 'fenced': {
        const inner = this.deeper(() => this.sum());
        this.expect(command.close);
        return this.made(call(command.name, inner));
      }
      case 'wrapper':
        return this.argument();
      case 'prefix': {
        // `\angle ABC` names an angle, `\overline{AB}` a segment.
        const name = this.match(/\s*(?:\{([^{}]*)\}|([a-zA-Z]+))/y);
        return this.made({
          kind: 'symbol',
          name: `${command.name} ${(name?.[1] ?? name?.[2] ?? '').replace(/\s/g, '')}`,
        });
      }
      case 'function':
        return this.functionCall(command.name);
      case 'opaque':
        return this.opaque(command.name);
    }
  }

  /** `\sin^2 x`, `\log_2(8)`, `sqrt(2)`, `\sin b \cos a`. */
  private functionCall(name: string): AnswerNode {
    return this.deeper(() => {
      const base = this.take(/\s*_\s*/y) === null ? null : this.argument();
      const inverse = this.take(/\s*\^\s*\{\s*-\s*1\s*\}/y) !== null;
      const exponent = !inverse && this.take(/\s*\^\s*/y) !== null ? this.exponent() : null;
      const full = inverse ? `arc${name}` : name;
      this.space();
      const args = this.text[this.at] === '(' ? [...this.argumentsInBrackets()] : [this.functionArgument()];
      const own = full === 'ln' || full === 'lg' ? 'log' : full;
      const given = full === 'lg' ? this.whole('10') : base;
      const value = this.made({ kind: 'call', name: own, args: given === null ? args : [...args, given] });
      return exponent === null ? value : call('^', value, exponent);
    });
  }

  private functionArgument(): AnswerNode {
    const factors = [this.signedPower()];
    while (this.startsFactor(factors[factors.length - 1] as AnswerNode) && !this.functionAhead())
      factors.push(this.power());
    return productOf(factors);
  }

  private functionAhead(): boolean {
    const name = this.match(/\s*\\?([a-zA-Z]+)/y, false)?.[1] ?? '';
    return FUNCTIONS.has(name);
  }

  /** Sums, limits, integrals: nothing is computed, they are equal to what is written alike. */
  private opaque(name: string): AnswerNode {
    return this.deeper(() => {
      const args: AnswerNode[] = [];
      for (let script = this.take(/\s*[_^]\s*/y); script !== null; script = this.take(/\s*[_^]\s*/y)) {
        if (this.take(/\{/y) === null) args.push(this.exponent());
        else {
          const inner = this.text.slice(this.at, this.closing());
          this.at += inner.length + 1;
          args.push({
            kind: 'symbol',
            name: `${script.trim()}${inner.replace(/\s/g, '').replaceAll('\\to', '→').replaceAll('\\rightarrow', '→')}`,
          });
        }
      }
      args.push(this.product());
      return this.made({ kind: 'call', name: `:${name}`, args });
    });
  }

  private closing(): number {
    let depth = 1;
    for (let i = this.at; i < this.text.length; i++) {
      if (this.text[i] === '{') depth += 1;
      if (this.text[i] === '}' && --depth === 0) return i;
    }
    throw new NotAnAnswer();
  }

  /** One argument of a command: a group, a digit, a letter or a command. */
  private argument(): AnswerNode {
    this.space();
    if (this.text[this.at] === '{') {
      const group = this.braces();
      return group;
    }
    if (this.text[this.at] === '(') return this.bracket();
    const digit = this.take(/\d/y);
    if (digit !== null) return this.made(numberNode(digit, '', 0));
    const letter = this.take(/[a-zA-Z]/y);
    if (letter !== null) return this.made({ kind: 'symbol', name: letter });
    if (this.text[this.at] === '\\') return this.deeper(() => this.command());
    throw new NotAnAnswer();
  }

  private environment(name: string): AnswerNode {
    const rows: AnswerNode[][] = [];
    const [bars, brackets] = [this.bars, this.brackets];
    this.bars = 0;
    this.brackets += 1;
    do {
      if (this.match(/\s*\\end/y, false) !== null) break;
      const row = [this.relation()];
      while (this.take(/\s*[&]\s*/y) !== null) row.push(this.relation());
      rows.push(row);
    } while (this.take(/\s*[,;]?\s*\\\\(?:\[[^[\]]*\])?\s*/y) !== null);
    this.bars = bars;
    this.brackets = brackets;
    this.expect(/\s*\\end\s*\{[a-zA-Z]*\*?\}/y);
    const listed =
      /^(?:cases|aligned|align|gathered)$/.test(name) || (name === 'array' && rows.every((row) => row.length === 1));
    if (listed) return this.made({ kind: 'list', items: rows.flat() });
    const matrix: AnswerNode = this.made({ kind: 'matrix', rows });
    return name === 'vmatrix' || name === 'Vmatrix' ? call('determinant', matrix) : matrix;
  }

  /** A short text of its own inside this one: the index of a root. */
  private inner(text: string): AnswerNode {
    const parsed = text.length <= 40 ? parseAnswer(text, this.reading) : null;
    if (parsed === null) throw new NotAnAnswer();
    return parsed;
  }

  /** Words, or a unit that is known, behind a number: `10 cm`, `5\text{ apples}`, `79 g`. */
  private unitAfter(last: AnswerNode): string | null {
    if (!isValue(last)) return null;
    const before = this.at;
    const spaced = this.take(/\s+/y) !== null;
    const units: string[] = [];
    for (;;) {
      this.space();
      const word =
        this.match(/\\(?:text|textbf|textit|textrm|textnormal|mbox|hbox|mathrm|operatorname)\s*\{([^{}]*)\}/y, false) ??
        this.match(/(\p{L}{2,})(?![\w(=]|\s*[=<>(]|\s*\^\s*(?!\{?\s*-?\d))/uy, false) ??
        (spaced || units.length > 0 ? this.match(/([a-zA-Z])(?![\w(=]|\s*[=<>(*+-])/y, false) : null);
      const text = (word?.[1] ?? '').trim();
      const latex = word?.[0].startsWith('\\') ?? false;
      const good = latex
        ? /[\p{L}²³./^-]/u.test(text) && !/^(?:and|or|,|;|per\s?cent(?:age)?)$/.test(text)
        : isUnit(text, units.length > 0);
      if (word === null || !good || (latex && /\d{2}/.test(text))) break;
      this.at += word[0].length;
      const exponent = this.take(/\s*\^\s*(?:\{\s*-?\d\s*\}|\d)|[²³]/y) ?? '';
      units.push(text.toLowerCase().replace(/[\s.]/g, '') + exponent.replace(/[\s{}]/g, ''));
      this.take(/\s*\/(?=\s*(?:\\text|[a-zA-Z]))/y);
    }
    if (units.length === 0) this.at = before;
    return units.length === 0 ? null : units.join(' ');
  }

  private deeper<T>(parse: () => T): T {
    if (++this.depth > MAX_DEPTH || ++this.nodes > MAX_NODES) throw new NotAnAnswer();
    const result = parse();
    this.depth -= 1;
    return result;
  }

  private made(node: AnswerNode): AnswerNode {
    if (++this.nodes > MAX_NODES) throw new NotAnAnswer();
    return node;
  }

  private space(): void {
    while (this.text[this.at] === ' ') this.at += 1;
  }

  private take(pattern: RegExp): string | null {
    return this.match(pattern)?.[0] ?? null;
  }

  private match(pattern: RegExp, consume = true): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found !== null && consume) this.at += found[0].length;
    return found !== null && found[0].length > 0 ? found : null;
  }

  private expect(pattern: RegExp): void {
    if (this.take(pattern) === null) throw new NotAnAnswer();
  }
}

const isPlusMinus = (sign: string | null): sign is string =>
  sign !== null && (sign.startsWith('\\') || sign.length > 1);

function plusMinus(left: AnswerNode | null, sign: string, right: AnswerNode): AnswerNode {
  return { kind: 'plus-minus', left, right, upper: sign === '\\mp' ? '-' : '+' };
}

function productOf(factors: readonly AnswerNode[]): AnswerNode {
  const [only] = factors;
  return factors.length === 1 && only !== undefined ? only : call('*', ...factors);
}

/** A number to which a unit may belong: no letters in it. */
function isValue(node: AnswerNode): boolean {
  if (node.kind === 'number') return true;
  if (node.kind === 'symbol') return node.name === 'pi';
  if (node.kind === 'percent') return isValue(node.of);
  return node.kind === 'call' && !node.name.startsWith(':') && node.args.every(isValue);
}

function isUnit(word: string, follows: boolean): boolean {
  if (word === '' || Object.hasOwn(WORDS, word) || /^(?:and|or)$/.test(word)) return false;
  if (/[^a-zA-Z]/.test(word)) return true;
  const lower = word.toLowerCase();
  return word.length === 1 ? follows || UNIT_LETTERS.has(word) : word.length > 3 || follows || UNIT_WORDS.has(lower);
}

function numberNode(whole: string, fraction: string, exponent: number): AnswerNode {
  const digits = BigInt(`${whole}${fraction}` || '0');
  const scale = exponent - fraction.length;
  const value =
    Math.abs(scale) > 5_000
      ? null
      : scale >= 0
        ? { numerator: digits * 10n ** BigInt(scale), denominator: 1n }
        : reduced(digits, 10n ** BigInt(-scale));
  if (value === null) throw new NotAnAnswer();
  const significant = `${whole}${fraction}`.replace(/^0+/, '').length;
  return { kind: 'number', value, decimals: fraction.length === 0 ? 0 : Math.max(0, -scale), significant };
}

/** Divides out tens only, which is cheap; equality multiplies crosswise and needs no lowest terms. */
function reduced(numerator: bigint, denominator: bigint) {
  let [top, bottom] = [numerator, denominator];
  while (bottom > 1n && top % 10n === 0n) [top, bottom] = [top / 10n, bottom / 10n];
  return { numerator: top, denominator: bottom };
}
