import type { AnswerNode } from './answer-node.js';
import { realValue } from './compare-numbers.js';
import type { Budget } from './rational.js';

/** A set of real numbers: whether a number is in it, and the numbers at which that changes. */
interface RealSet {
  readonly holds: (x: number) => boolean;
  readonly borders: readonly number[];
}

const MAX_BORDERS = 200;

/**
 * Whether two sets of real numbers are equal, however they are put together from intervals, finite sets, unions,
 * intersections and differences: membership can change only at their borders, so it is compared there and between.
 *
 * @returns `null` when one of them is no such set.
 */
export function sameRealSet(a: AnswerNode, b: AnswerNode, budget: Budget): boolean | null {
  const [left, right] = [realSet(a, budget), realSet(b, budget)];
  if (left === null || right === null) return null;
  const borders = distinct([...left.borders, ...right.borders]);
  if (borders.length > MAX_BORDERS) return null;
  const probes = borders.flatMap((border, i) => [border, (border + (borders[i + 1] ?? border + 2)) / 2]);
  return [(borders[0] ?? 0) - 1, ...probes].every((x) => left.holds(x) === right.holds(x));
}

function distinct(borders: readonly number[]): number[] {
  const sorted = borders.filter(Number.isFinite).sort((a, b) => a - b);
  return sorted.filter((border, i) => i === 0 || !near(border, sorted[i - 1] as number));
}

const near = (a: number, b: number) =>
  Number.isFinite(a) && Number.isFinite(b) && Math.abs(a - b) <= 1e-10 * Math.max(Math.abs(a), Math.abs(b));

function realSet(node: AnswerNode, budget: Budget): RealSet | null {
  switch (node.kind) {
    case 'symbol':
      if (node.name === 'set R') return { holds: () => true, borders: [] };
      return node.name === 'emptyset' ? { holds: () => false, borders: [] } : null;
    case 'set':
    case 'list':
      return finiteSet(node.items, budget);
    case 'bracket':
      return interval(node, budget);
    case 'set-operation': {
      const [left, right] = [realSet(node.left, budget), realSet(node.right, budget)];
      return left === null || right === null ? null : joined(node.operator, left, right);
    }
    default:
      return null;
  }
}

function joined(operator: 'union' | 'intersection' | 'difference', left: RealSet, right: RealSet): RealSet {
  const holds = {
    union: (x: number) => left.holds(x) || right.holds(x),
    intersection: (x: number) => left.holds(x) && right.holds(x),
    difference: (x: number) => left.holds(x) && !right.holds(x),
  }[operator];
  return { holds, borders: [...left.borders, ...right.borders] };
}

function finiteSet(items: readonly AnswerNode[], budget: Budget): RealSet | null {
  const values = items.map((item) => realValue(item, budget));
  if (!values.every(Number.isFinite)) return null;
  return { holds: (x) => values.some((value) => near(value, x)), borders: values };
}

function interval(node: Extract<AnswerNode, { kind: 'bracket' }>, budget: Budget): RealSet | null {
  if (node.items.length !== 2) return null;
  const [low = Number.NaN, high = Number.NaN] = node.items.map((item) => realValue(item, budget));
  if (!(low <= high)) return null;
  return {
    holds: (x) =>
      (node.open === '[' && near(x, low)) ||
      (node.close === ']' && near(x, high)) ||
      (x > low && x < high && !near(x, low) && !near(x, high)),
    borders: [low, high],
  };
}
