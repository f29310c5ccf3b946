import type { Rational } from './rational.js';

export type RelationOperator = '=' | '<' | '>' | '<=' | '>=' | '!=' | 'in' | '~';

/** A mathematical answer, as read from LaTeX or plain notation. */
export type AnswerNode =
  | {
      readonly kind: 'number';
      readonly value: Rational;
      /** Digits after the decimal point as written, and digits that count (without leading zeros). */
      readonly decimals: number;
      readonly significant: number;
    }
  | { readonly kind: 'symbol'; readonly name: string }
  /** An operation (`+ * / ^ neg`), a known function, or one that only its name says anything of. */
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly AnswerNode[] }
  | {
      readonly kind: 'plus-minus';
      readonly left: AnswerNode | null;
      readonly right: AnswerNode;
      readonly upper: '+' | '-';
    }
  | { readonly kind: 'percent'; readonly of: AnswerNode }
  | { readonly kind: 'quantity'; readonly of: AnswerNode; readonly unit: string }
  | {
      readonly kind: 'bracket';
      readonly open: '(' | '[';
      readonly close: ')' | ']';
      readonly items: readonly AnswerNode[];
    }
  | { readonly kind: 'set'; readonly items: readonly AnswerNode[] }
  | { readonly kind: 'list'; readonly items: readonly AnswerNode[] }
  | { readonly kind: 'matrix'; readonly rows: readonly (readonly AnswerNode[])[] }
  | {
      readonly kind: 'set-operation';
      readonly operator: 'union' | 'intersection' | 'difference';
      readonly left: AnswerNode;
      readonly right: AnswerNode;
    }
  | {
      readonly kind: 'relation';
      readonly operators: readonly RelationOperator[];
      readonly sides: readonly AnswerNode[];
    }
  | { readonly kind: 'text'; readonly text: string };

export const call = (name: string, ...args: AnswerNode[]): AnswerNode => ({ kind: 'call', name, args });

/** The nodes directly below. */
export function childrenOf(node: AnswerNode): readonly AnswerNode[] {
  switch (node.kind) {
    case 'number':
    case 'symbol':
    case 'text':
      return [];
    case 'call':
      return node.args;
    case 'plus-minus':
      return node.left === null ? [node.right] : [node.left, node.right];
    case 'percent':
    case 'quantity':
      return [node.of];
    case 'bracket':
    case 'set':
    case 'list':
      return node.items;
    case 'matrix':
      return node.rows.flat();
    case 'set-operation':
      return [node.left, node.right];
    case 'relation':
      return node.sides;
  }
}

/** Names that stand for a number. */
export const CONSTANTS: ReadonlySet<string> = new Set([
  'pi',
  'e',
  'i',
  'infinity',
  'emptyset',
  'set R',
  'set Z',
  'set N',
  'set Q',
]);

/** The variables of an answer: its symbols that stand for no number. */
export function variablesOf(node: AnswerNode, into: Set<string> = new Set()): Set<string> {
  if (node.kind === 'symbol' && !CONSTANTS.has(node.name)) into.add(node.name);
  for (const child of childrenOf(node)) variablesOf(child, into);
  return into;
}

/** A text that is equal for answers that are written alike, whatever the order of their sums and products. */
export function keyOf(node: AnswerNode): string {
  switch (node.kind) {
    case 'number':
      return `${node.value.numerator}/${node.value.denominator}`;
    case 'symbol':
      return `:${node.name}`;
    case 'text':
      return `"${node.text}"`;
    case 'call': {
      const keys = node.args.map(keyOf);
      return `${node.name}(${(node.name === '+' || node.name === '*' ? keys.sort() : keys).join(',')})`;
    }
    case 'bracket':
      return `${node.open}${node.items.map(keyOf).join(',')}${node.close}`;
    case 'relation':
      return `relation(${node.operators.join(',')};${node.sides.map(keyOf).join(',')})`;
    case 'matrix':
      return `matrix(${node.rows.map((row) => row.map(keyOf).join(',')).join(';')})`;
    case 'plus-minus':
      return `${node.upper}-(${node.left === null ? '' : keyOf(node.left)},${keyOf(node.right)})`;
    case 'set-operation':
      return `${node.operator}(${keyOf(node.left)},${keyOf(node.right)})`;
    case 'quantity':
      return `quantity(${keyOf(node.of)},${node.unit})`;
    case 'percent':
    case 'set':
    case 'list':
      return `${node.kind}(${childrenOf(node).map(keyOf).join(',')})`;
  }
}
