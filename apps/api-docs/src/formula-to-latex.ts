import { formulaTokens, type Token } from './formula-tokens.js';

const GREEK = new Set(['alpha', 'gamma', 'delta', 'epsilon', 'lambda', 'omega', 'phi', 'pi', 'tau', 'theta']);
const RELATIONS: Readonly<Record<string, string>> = {
  '=': '=',
  '<': '<',
  '>': '>',
  '<=': '\\le',
  '>=': '\\ge',
  '!=': '\\ne',
  '..': '\\ldots',
  '@': '@',
  ',': ',\\;',
};

/**
 * A line of a docstring's formula as LaTeX: `A[i,j] = (R[i,j] - mean(S)) / (std(S) + epsilon)`. Quotients become
 * fractions, brackets indices, `sum over k of` a sum, several words a text; what stands behind four spaces is a remark.
 *
 * @throws RangeError for a line that is no formula.
 */
export function formulaToLatex(line: string): string {
  const [formula = '', ...remarks] = line.trim().split(/ {4,}/);
  const latex = new Reader(formulaTokens(formula)).line();
  return remarks.length === 0 ? latex : `${latex} \\qquad \\text{${escaped(remarks.join(' '))}}`;
}

/** Reads tokens from left to right by the usual precedence. */
class Reader {
  private at = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  line(): string {
    const parts = [this.sum()];
    for (let relation = this.relation(); relation !== null; relation = this.relation()) {
      parts.push(relation, this.sum());
    }
    if (this.at < this.tokens.length) throw new RangeError(`formula: must end, got ${JSON.stringify(this.peek())}`);
    return parts.join(' ');
  }

  private sum(): string {
    const parts = [this.product()];
    for (let sign = this.take('+', '-'); sign !== null; sign = this.take('+', '-')) parts.push(sign, this.product());
    return parts.join(' ');
  }

  private product(): string {
    let left = this.signed();
    for (;;) {
      const operator = this.take('*', '/');
      if (operator === '/') left = `\\frac{${bare(left)}}{${bare(this.signed())}}`;
      else if (operator === '*') left = `${left} \\cdot ${this.signed()}`;
      else if (this.startsFactor()) left = `${left} \\, ${this.power()}`;
      else return left;
    }
  }

  private signed(): string {
    return this.take('-') === null ? this.power() : `-${this.signed()}`;
  }

  private power(): string {
    const base = this.indexed();
    return this.take('^') === null ? base : `{${base}}^{${bare(this.indexed())}}`;
  }

  private indexed(): string {
    let base = this.atom();
    while (this.take('[') !== null) base = `${base}_{${this.upTo(']')}}`;
    return base;
  }

  private atom(): string {
    const token = this.peek();
    this.at += 1;
    switch (token?.kind) {
      case 'number':
        return token.text;
      case 'phrase':
        return this.called(`\\text{${escaped(token.text)}}`);
      case 'name':
        return this.called(nameLatex(token.text));
      case 'sum':
        return `\\sum_{${rangeLatex(token.over)}} ${this.product()}`;
      case 'operator':
        if (token.text === '(') return `\\left(${this.upTo(')')}\\right)`;
        if (token.text === '|') return `\\left|${this.upTo('|')}\\right|`;
    }
    throw new RangeError(`formula: must go on with a quantity, got ${JSON.stringify(token)}`);
  }

  private called(name: string): string {
    return this.take('(') === null ? name : `${name}\\left(${this.upTo(')')}\\right)`;
  }

  /** Sums and relations up to a closing bracket. */
  private upTo(close: string): string {
    const parts = [this.sum()];
    for (let relation = this.relation(); relation !== null; relation = this.relation()) {
      parts.push(relation, this.sum());
    }
    if (this.take(close) === null)
      throw new RangeError(`formula: must hold ${close}, got ${JSON.stringify(this.peek())}`);
    return parts.join(' ');
  }

  private relation(): string | null {
    const operator = this.take(...Object.keys(RELATIONS));
    return operator === null ? null : (RELATIONS[operator] as string);
  }

  private startsFactor(): boolean {
    const token = this.peek();
    return token !== undefined && (token.kind !== 'operator' || token.text === '(');
  }

  private take(...texts: readonly string[]): string | null {
    const token = this.peek();
    if (token?.kind !== 'operator' || !texts.includes(token.text)) return null;
    this.at += 1;
    return token.text;
  }

  private peek(): Token | undefined {
    return this.tokens[this.at];
  }
}

/** Without the brackets that a fraction or an exponent makes needless. */
function bare(latex: string): string {
  if (!latex.startsWith('\\left(') || !latex.endsWith('\\right)')) return latex;
  const inner = latex.slice(6, -7);
  let depth = 0;
  for (const [sign] of inner.matchAll(/\\left|\\right/g)) {
    depth += sign === '\\left' ? 1 : -1;
    if (depth < 0) return latex;
  }
  return inner;
}

function nameLatex(name: string): string {
  const [, word = '', index, prime = ''] = /^([A-Za-z]+)(?:_([A-Za-z0-9]+))?('?)$/.exec(name) ?? [];
  const base = GREEK.has(word) ? `\\${word}` : word.length === 1 ? word : `\\mathrm{${word}}`;
  // In braces, so that indices may follow.
  return `{${base}${index === undefined ? '' : `_{${index.length === 1 ? index : `\\mathrm{${index}}`}}`}${prime}}`;
}

/** `m = j .. T_i` has two ends; anything else is read as a formula, or said. */
function rangeLatex(over: string): string {
  const [, variable, from, to] = /^(\w+) = (\w+) \.\. (.+)$/.exec(over) ?? [];
  if (variable !== undefined) return `${variable} = ${from}}^{${formulaToLatex(to as string)}`;
  return /[<>=]/.test(over) ? formulaToLatex(over) : `\\text{${escaped(over)}}`;
}

function escaped(text: string): string {
  return text.replace(/[\\{}$&#%_^~]/g, (sign) => (sign === '\\' ? '\\textbackslash{}' : `\\${sign}`));
}
