import { type AnswerNode, call, childrenOf, keyOf, type RelationOperator, variablesOf } from './answer-node.js';

export type Relation = Extract<AnswerNode, { kind: 'relation' }>;

/** `x = a = b` says `x = b`; what follows an approximate sign only rounds. */
export function shortened(relation: Relation): Relation {
  const tilde = relation.operators.indexOf('~');
  const kept = tilde > 0 || (tilde === 0 && variablesOf(relation.sides[0] as AnswerNode).size === 0) ? tilde : -1;
  const operators = (kept < 0 ? relation.operators : relation.operators.slice(0, kept)).map((o) =>
    o === '~' ? '=' : o,
  );
  const sides = relation.sides.slice(0, operators.length + 1);
  if (operators.length > 1 && operators.every((operator) => operator === '=')) {
    return { kind: 'relation', operators: ['='], sides: [sides[0] as AnswerNode, sides.at(-1) as AnswerNode] };
  }
  // `-4 <= x = 2y < 3` and the like stay as they are.
  return { kind: 'relation', operators, sides };
}

/** Whether a side only names what the other side gives: `x`, `f(2)`, `|AB|`, `(x, y)`, `\frac{NO}{BO}`, `S_1 : S_2`. */
function isName(node: AnswerNode): boolean {
  switch (node.kind) {
    case 'symbol':
    case 'text':
      return true;
    case 'bracket':
      return node.items.every(isName);
    case 'quantity':
      return false;
    case 'call':
      if (node.name.startsWith(':')) return true;
      if (['*', '/'].includes(node.name)) return node.args.every(isName);
      return ['abs', 'prime', 'determinant', 'degree', 'log'].includes(node.name) && !node.args.every(isConstant);
    default:
      return false;
  }
}

const isConstant = (node: AnswerNode): boolean =>
  node.kind !== 'text' && variablesOf(node).size === 0 && !holdsUnknown(node);
const holdsUnknown = (node: AnswerNode): boolean =>
  node.kind === 'text' || (node.kind === 'call' && node.name.startsWith(':')) || childrenOf(node).some(holdsUnknown);

/** The value that an equation gives to a name, or to a constant expression; `null` for any other relation. */
export function valueOfRelation({ operators, sides }: Relation): AnswerNode | null {
  const [left, right] = sides;
  if (operators.length === 0) return left ?? null;
  if (left === undefined || right === undefined || operators.length !== 1) return null;
  if (operators[0] === 'in') return right;
  if (operators[0] !== '=') return null;
  if (isName(left)) return right;
  if (!isConstant(left)) return null;
  return isName(right) && !isConstant(right) ? left : right;
}

/** `a + b = 7`, said where a number was asked for: the 7. An equation that is asked for is not its right side. */
export function totalOf({ operators, sides: [left, right] }: Relation): AnswerNode | null {
  const sum = left?.kind === 'call' && left.name === '+' && left.args.every(isName);
  const zero = right?.kind === 'number' && right.value.numerator === 0n;
  return operators.join() === '=' && sum && !zero && right !== undefined && isConstant(right) ? right : null;
}

interface Definition {
  readonly head: string;
  readonly body: AnswerNode;
  /** The variable of `f(x)`. */
  readonly parameter: string | null;
}

/** `x = ...` or `f(x) = ...`, also from the other side. */
export function definitionOf({ sides: [left, right] }: Relation): Definition | null {
  if (left === undefined || right === undefined) return null;
  if (isName(left)) return { head: headOf(left), body: right, parameter: parameterOf(left) };
  return isName(right) && isConstant(left) ? { head: headOf(right), body: left, parameter: parameterOf(right) } : null;
}

function parameterOf(node: AnswerNode): string | null {
  const [only] = node.kind === 'call' && node.name.startsWith(':') && node.args.length === 1 ? node.args : [];
  return only?.kind === 'symbol' ? only.name : null;
}

function headOf(node: AnswerNode): string {
  if (node.kind === 'bracket') return '()';
  return parameterOf(node) === null ? keyOf(node) : `${(node as { name: string }).name}()`;
}

/** The graph of a function is written `y = ...` as often as `f(x) = ...`. */
export function sameHead(left: string, right: string): boolean {
  const graph = (head: string) => (head === ':f()' ? ':y' : head);
  return graph(left) === graph(right);
}

export function renamed(node: AnswerNode, to: string | null, from: string | null): AnswerNode {
  if (to === null || from === null || to === from) return node;
  if (node.kind === 'symbol') return node.name === from ? { kind: 'symbol', name: to } : node;
  return node.kind === 'call' ? { ...node, args: node.args.map((argument) => renamed(argument, to, from)) } : node;
}

export function difference({ sides: [left, right] }: Relation): AnswerNode {
  return call('+', left as AnswerNode, call('neg', right as AnswerNode));
}

export function flipped(operator: RelationOperator): RelationOperator {
  const turned: Partial<Record<RelationOperator, RelationOperator>> = { '<': '>', '>': '<', '<=': '>=', '>=': '<=' };
  return turned[operator] ?? operator;
}

const INFINITY: AnswerNode = { kind: 'symbol', name: 'infinity' };

/** The set that inequalities give to what stands in them: `a < x <= b`, `x > a`, `x != a`, `x \in S`. */
export function solutionSet({ operators, sides }: Relation): { readonly of: string; readonly set: AnswerNode } | null {
  const [left, middle, right] = sides;
  const [first, second] = operators;
  if (left === undefined || middle === undefined || first === undefined) return null;
  if (sides.length === 2) {
    if (first === 'in') return { of: keyOf(left), set: middle };
    if (isConstant(left) && !isConstant(middle)) return ray(middle, flipped(first), left);
    return isConstant(middle) && !isConstant(left) ? ray(left, first, middle) : null;
  }
  if (sides.length !== 3 || right === undefined || second === undefined) return null;
  if (!isConstant(left) || !isConstant(right) || isConstant(middle)) return null;
  if (first.startsWith('>') && second.startsWith('>')) {
    return { of: keyOf(middle), set: between(right, flipped(second), flipped(first), left) };
  }
  return first.startsWith('<') && second.startsWith('<')
    ? { of: keyOf(middle), set: between(left, first, second, right) }
    : null;
}

function between(low: AnswerNode, first: RelationOperator, second: RelationOperator, high: AnswerNode): AnswerNode {
  return { kind: 'bracket', open: first === '<=' ? '[' : '(', close: second === '<=' ? ']' : ')', items: [low, high] };
}

function ray(of: AnswerNode, operator: RelationOperator, border: AnswerNode): { of: string; set: AnswerNode } | null {
  if (of.kind !== 'symbol' && !(of.kind === 'call' && of.name.startsWith(':'))) return null;
  const below = between(call('neg', INFINITY), '<', operator === '<=' ? '<=' : '<', border);
  const above = between(border, operator === '>=' ? '<=' : '<', '<', INFINITY);
  switch (operator) {
    case '<':
    case '<=':
      return { of: keyOf(of), set: below };
    case '>':
    case '>=':
      return { of: keyOf(of), set: above };
    case '!=':
      return { of: keyOf(of), set: { kind: 'set-operation', operator: 'union', left: below, right: above } };
    default:
      return null;
  }
}
