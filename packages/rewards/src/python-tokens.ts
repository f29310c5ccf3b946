import { parser } from '@lezer/python';
import type { CodeToken } from './code-tokens.js';

interface Leaf {
  readonly kind: string;
  readonly text: string;
  readonly parent: string;
}

/**
 * The tokens of a piece of Python, with what does not change its meaning removed, as `codeTokens` does for JavaScript:
 * layout, comments, the choice of quotes, the spelling of numbers, and the names that the code binds itself. A name
 * counts as bound when it is a parameter, the name of a function or class, the target of an assignment, or stands
 * between `for` and `in` or behind `as`. Read with the grammar of @lezer/python; any text gives tokens. Indentation is
 * not a token: blocks show by their colon.
 */
export function pythonTokens(code: string): CodeToken[] {
  const leaves = leavesOf(code);
  const bound = boundNames(leaves);
  return leaves.map((leaf) => readLeaf(leaf, bound));
}

function leavesOf(code: string): Leaf[] {
  const leaves: Leaf[] = [];
  parser.parse(code).iterate({
    enter({ name, from, to, node }) {
      const whole = name === 'String' || name === 'FormatString';
      if (!whole && node.firstChild !== null) return true;
      const text = code.slice(from, to);
      if (name !== 'Comment' && text.trim() !== '') leaves.push({ kind: name, text, parent: node.parent?.name ?? '' });
      return false;
    },
  });
  return leaves;
}

const BINDING_PARENTS = new Set(['ParamList', 'FunctionDefinition', 'ClassDefinition']);

function boundNames(leaves: readonly Leaf[]): Set<string> {
  const bound = new Set<string>();
  let inTargets = false;
  leaves.forEach(({ kind, text, parent }, i) => {
    if (text === 'for') inTargets = true;
    if (text === 'in') inTargets = false;
    if (kind !== 'VariableName') return;
    const assigned = parent !== 'ArgList' && leaves[i + 1]?.text === '=';
    const targeted = parent === 'AssignStatement' && isTarget(leaves, i);
    if (inTargets || assigned || targeted || BINDING_PARENTS.has(parent) || leaves[i - 1]?.text === 'as')
      bound.add(text);
  });
  return bound;
}

/** `a, b = ...`: names and commas up to the sign. */
function isTarget(leaves: readonly Leaf[], from: number): boolean {
  for (let i = from + 1; i < Math.min(leaves.length, from + 20); i++) {
    const { kind, text } = leaves[i] as Leaf;
    if (text === '=') return true;
    if (kind !== 'VariableName' && text !== ',') return false;
  }
  return false;
}

function readLeaf({ kind, text }: Leaf, bound: ReadonlySet<string>): CodeToken {
  switch (kind) {
    case 'VariableName':
    case 'PropertyName': {
      const name = kind === 'VariableName' && bound.has(text) ? 'name' : `:${text}`;
      return { exact: name, abstract: name };
    }
    case 'Number':
      return { exact: `0${Number(text.replaceAll('_', ''))}`, abstract: '0' };
    case 'String':
      return { exact: `"${text.replace(/^[rRbBuU]*("""|'''|"|')/, '').replace(/("""|'''|"|')$/, '')}`, abstract: '"' };
    default:
      return { exact: text, abstract: text };
  }
}
