import { type AnswerNode, call, keyOf, type RelationOperator } from './answer-node.js';
import { constantRatio, sameExpression } from './compare-numbers.js';
import { plainText } from './normalize-answer.js';
import { expanded } from './plus-minus.js';
import type { Budget } from './rational.js';
import { sameRealSet } from './real-set.js';
import {
  definitionOf,
  difference,
  flipped,
  type Relation,
  renamed,
  sameHead,
  shortened,
  solutionSet,
  totalOf,
  valueOfRelation,
} from './relation-meaning.js';
import { unitOf } from './unit.js';

/** The questions on which graders disagree. */
export interface ComparisonRules {
  readonly percent: 'both' | 'number' | 'fraction';
  readonly listOrder: 'any' | 'given';
  readonly roundedDigits: number;
}

const MAX_ITEMS = 64;

/** Decides whether two parsed answers are the same, within a budget of work that both share. */
export class AnswerComparison {
  private depth = 0;

  constructor(
    private readonly rules: ComparisonRules,
    private readonly budget: Budget,
  ) {}

  /** Whether `given` answers what `gold` asks for. */
  same(gold: AnswerNode, given: AnswerNode): boolean {
    const [left, right] = [keyOf(gold), keyOf(given)];
    this.budget.work -= 50 + left.length + right.length;
    if (this.budget.work < 0 || this.depth > 24) return false;
    this.depth += 1;
    const result = left === right || this.differing(gold, given);
    this.depth -= 1;
    return result;
  }

  private differing(gold: AnswerNode, given: AnswerNode): boolean {
    if (gold.kind === 'quantity' || given.kind === 'quantity') return this.quantities(gold, given);
    if (gold.kind === 'percent' || given.kind === 'percent') return this.percents(gold, given);
    const [left, right] = [withoutDegree(gold), withoutDegree(given)];
    if (left !== gold || right !== given) return this.same(left, right);
    if (gold.kind === 'relation' && given.kind === 'relation') return this.relations(gold, given);
    if (gold.kind === 'relation') return this.relationAndOther(gold, given);
    if (given.kind === 'relation') return this.relationAndOther(given, gold, true);
    const [goldList, givenList] = [expanded(gold), expanded(given)];
    if (goldList !== gold || givenList !== given) return this.same(goldList, givenList);
    const [goldSet, givenSet] = [unionOf(gold, given), unionOf(given, gold)];
    if (goldSet !== gold || givenSet !== given) return this.same(goldSet, givenSet);
    if (isCollection(gold) || isCollection(given)) return this.collections(gold, given);
    if (gold.kind === 'text' || given.kind === 'text') return textOf(gold) === textOf(given) && textOf(gold) !== '';
    return sameExpression(gold, given, this.budget, this.rules.roundedDigits);
  }

  private quantities(gold: AnswerNode, given: AnswerNode): boolean {
    const [left, right] = [unitOf(gold), unitOf(given)];
    if (left !== null && right !== null && left !== right) return false;
    return this.same(gold.kind === 'quantity' ? gold.of : gold, given.kind === 'quantity' ? given.of : given);
  }

  private percents(gold: AnswerNode, given: AnswerNode): boolean {
    const [left, right] = [gold.kind === 'percent' ? gold.of : gold, given.kind === 'percent' ? given.of : given];
    if (gold.kind === given.kind) return this.same(left, right);
    const { percent } = this.rules;
    if (percent !== 'fraction' && this.same(left, right)) return true;
    if (percent === 'number') return false;
    return gold.kind === 'percent' ? this.same(hundredth(left), right) : this.same(left, hundredth(right));
  }

  /** Lists, sets, tuples, intervals, matrices. */
  private collections(gold: AnswerNode, given: AnswerNode): boolean {
    if (gold.kind === 'matrix' && given.kind === 'matrix') return this.matrices(gold.rows, given.rows);
    if (gold.kind === 'matrix' || given.kind === 'matrix') return this.vectorAndOther(gold, given);
    if (gold.kind === 'bracket' && given.kind === 'bracket') {
      const alike = gold.items.length !== 2 || (gold.open === given.open && gold.close === given.close);
      return alike && this.inOrder(gold.items, given.items);
    }
    if (gold.kind === 'set-operation' || given.kind === 'set-operation') return this.sets(gold, given);
    const [left, right] = [itemsOf(gold), itemsOf(given)];
    if (left === null || right === null) {
      const [single, other] = left === null ? [right, gold] : [left, given];
      const collection = left === null ? given : gold;
      const framed = collection.kind === 'bracket' && (collection.open !== '[' || collection.close !== ']');
      return !framed && single?.length === 1 && single[0] !== undefined && this.same(single[0], other);
    }
    const kinds = [gold.kind, given.kind];
    if (kinds.includes('bracket')) return kinds.includes('list') && this.inOrder(left, right);
    if (this.rules.listOrder === 'given' && !kinds.includes('set')) return this.inOrder(left, right);
    return this.asSets(left, right);
  }

  private inOrder(gold: readonly AnswerNode[], given: readonly AnswerNode[]): boolean {
    return gold.length === given.length && gold.every((item, i) => this.same(item, given[i] as AnswerNode));
  }

  private asSets(gold: readonly AnswerNode[], given: readonly AnswerNode[]): boolean {
    if (gold.length > MAX_ITEMS || given.length > MAX_ITEMS) return false;
    return (
      gold.every((item) => given.some((other) => this.same(item, other))) &&
      given.every((other) => gold.some((item) => this.same(item, other)))
    );
  }

  private sets(gold: AnswerNode, given: AnswerNode): boolean {
    const equal = sameRealSet(gold, given, this.budget);
    if (equal !== null) return equal;
    if (gold.kind !== 'set-operation' || given.kind !== 'set-operation' || gold.operator !== given.operator)
      return false;
    if (gold.operator === 'difference') return this.same(gold.left, given.left) && this.same(gold.right, given.right);
    return this.asSets(partsOf(gold, gold.operator), partsOf(given, given.operator));
  }

  private matrices(gold: readonly (readonly AnswerNode[])[], given: readonly (readonly AnswerNode[])[]): boolean {
    return gold.length === given.length && gold.every((row, i) => this.inOrder(row, given[i] as readonly AnswerNode[]));
  }

  /** A matrix of one row or column is the tuple of its cells; any other is compared with products of matrices. */
  private vectorAndOther(gold: AnswerNode, given: AnswerNode): boolean {
    const [matrix, other] = gold.kind === 'matrix' ? [gold, given] : [given as typeof gold, gold];
    if (matrix.kind !== 'matrix') return false;
    const items = itemsOf(other);
    if (items === null)
      return other.kind === 'call' && sameExpression(gold, given, this.budget, this.rules.roundedDigits);
    const rows = matrix.rows;
    if (items.every((item) => item.kind === 'bracket')) {
      return this.matrices(
        rows,
        items.map((item) => itemsOf(item) ?? []),
      );
    }
    return (
      (rows.length === 1 || rows.every((row) => row.length === 1)) &&
      other.kind !== 'set' &&
      this.inOrder(rows.flat(), items)
    );
  }

  private relations(gold: Relation, given: Relation): boolean {
    const [left, right] = [shortened(gold), shortened(given)];
    const [leftOperator, rightOperator] = [left.operators[0], right.operators[0]];
    if (left.sides.length === 2 && right.sides.length === 2 && leftOperator && rightOperator) {
      if (leftOperator === 'in' && rightOperator === 'in')
        return this.same(left.sides[1] as AnswerNode, right.sides[1] as AnswerNode);
      if (leftOperator === '=' && rightOperator === '=') return this.equations(left, right);
      if (this.inequalities(left, right, leftOperator, rightOperator)) return true;
    } else if (this.chains(left, right)) return true;
    const [leftSet, rightSet] = [solutionSet(left), solutionSet(right)];
    const named = leftSet !== null && rightSet !== null && leftSet.of === rightSet.of;
    return named && this.same(leftSet.set, rightSet.set);
  }

  private equations(gold: Relation, given: Relation): boolean {
    const [left, right] = [definitionOf(gold), definitionOf(given)];
    if (left !== null && right !== null && sameHead(left.head, right.head)) {
      const body = renamed(right.body, left.parameter, right.parameter);
      return this.same(left.body, body);
    }
    return constantRatio(difference(gold), difference(given), this.budget) !== 0;
  }

  private inequalities(gold: Relation, given: Relation, left: RelationOperator, right: RelationOperator): boolean {
    if (left === 'in' || right === 'in') return false;
    const sign = constantRatio(difference(gold), difference(given), this.budget);
    return sign !== 0 && (sign > 0 ? right : flipped(right)) === left;
  }

  /** `a < b < c` against the same, or written from the other end. */
  private chains(gold: Relation, given: Relation): boolean {
    const turned = { operators: given.operators.map(flipped).reverse(), sides: given.sides.toReversed() };
    return [given, turned].some(
      ({ operators, sides }) => gold.operators.join() === operators.join() && this.inOrder(gold.sides, sides),
    );
  }

  private relationAndOther(relation: Relation, other: AnswerNode, turned = false): boolean {
    const short = shortened(relation);
    const value = valueOfRelation(short);
    const set = value === null ? (solutionSet(short)?.set ?? null) : null;
    const meant = value ?? set ?? (turned ? totalOf(short) : null);
    if (meant === null) return false;
    return turned ? this.same(other, meant) : this.same(meant, other);
  }
}

const hundredth = (node: AnswerNode): AnswerNode =>
  call('/', node, { kind: 'number', value: { numerator: 100n, denominator: 1n }, decimals: 0, significant: 3 });

function withoutDegree(node: AnswerNode): AnswerNode {
  if (node.kind !== 'call') return node;
  const [only] = node.args;
  if (node.name === 'degree' && only) return only;
  if (node.name !== 'neg' || !only) return node;
  const inner = withoutDegree(only);
  return inner === only ? node : call('neg', inner);
}

function textOf(node: AnswerNode): string {
  if (node.kind === 'text') return plainText(node.text);
  if (node.kind === 'symbol') return node.name.length > 1 ? node.name.toLowerCase() : node.name;
  return node.kind === 'call' && node.name === '*' ? node.args.map(textOf).join('').toLowerCase() : '';
}

function isCollection(node: AnswerNode): boolean {
  return ['bracket', 'set', 'list', 'matrix', 'set-operation'].includes(node.kind);
}

function itemsOf(node: AnswerNode): readonly AnswerNode[] | null {
  return node.kind === 'bracket' || node.kind === 'set' || node.kind === 'list' ? node.items : null;
}

function partsOf(node: AnswerNode, operator: string): readonly AnswerNode[] {
  if (node.kind !== 'set-operation' || node.operator !== operator) return [node];
  return [...partsOf(node.left, operator), ...partsOf(node.right, operator)];
}

/** `x < 1 or x > 2`, beside what is no list: the union of what each allows. */
function unionOf(node: AnswerNode, other: AnswerNode): AnswerNode {
  if (node.kind !== 'list' || !['bracket', 'set-operation'].includes(other.kind)) return node;
  const sets = node.items.map((item) => (item.kind === 'relation' ? solutionSet(shortened(item)) : null));
  const [first] = sets;
  if (!first || sets.some((own) => own?.of !== first.of)) return node;
  return sets
    .map((own) => own?.set as AnswerNode)
    .reduce((left, right) => ({ kind: 'set-operation', operator: 'union', left, right }));
}
