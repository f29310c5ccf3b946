import { type AnswerNode, call, childrenOf } from './answer-node.js';

/** Every further sign of either kind doubles the answers. */
const MAX_SIGNS = 4;

/** `3 \pm x` is the list of both; a list of such is one list. */
export function expanded(node: AnswerNode): AnswerNode {
  if (node.kind === 'list' || node.kind === 'set') {
    const items = node.items.flatMap((item) => {
      const own = expanded(item);
      return own !== item && own.kind === 'list' ? own.items : [item];
    });
    return items.length === node.items.length ? node : { kind: node.kind, items };
  }
  const both = signsOf(node) <= MAX_SIGNS ? bothSigns(node) : null;
  return both === null ? node : { kind: 'list', items: both };
}

function signsOf(node: AnswerNode): number {
  return childrenOf(node).reduce((sum, child) => sum + signsOf(child), node.kind === 'plus-minus' ? 1 : 0);
}

function bothSigns(node: AnswerNode): readonly AnswerNode[] | null {
  if (node.kind === 'plus-minus') {
    const signed = (sign: '+' | '-') => {
      const right = sign === '+' ? node.right : call('neg', node.right);
      return node.left === null ? right : call('+', node.left, right);
    };
    return [signed('+'), signed('-')];
  }
  if (node.kind !== 'call') return null;
  const at = node.args.findIndex((argument) => bothSigns(argument) !== null);
  const found = at < 0 ? null : bothSigns(node.args[at] as AnswerNode);
  return found?.map((argument) => ({ ...node, args: node.args.with(at, argument) })) ?? null;
}
