import { expect, it } from 'vitest';
import { codeEmbedding } from '../src/code-embedding.js';
import { cosineSimilarity } from '../src/cosine-similarity.js';
import { pythonTokens } from '../src/python-tokens.js';

const JS = 'const total = prices.reduce((sum, price) => sum + price, 0)\nconsole.log(total * 1.2)';
const PY =
  'def mean(values):\n    total = 0\n    for value in values:\n        total += value\n    return total / len(values)';

interface Pair {
  readonly what: string;
  readonly language: 'JavaScript' | 'Python';
  readonly a: string;
  readonly b: string;
  /** Would a person call them alike? */
  readonly alike: 'yes' | 'nearly' | 'no';
}

const PAIRS: readonly Pair[] = [
  {
    what: 'variables renamed',
    language: 'JavaScript',
    alike: 'yes',
    a: JS,
    b: 'const t = prices.reduce((a, b) => a + b, 0)\nconsole.log(t * 1.2)',
  },
  {
    what: 'comments and layout',
    language: 'JavaScript',
    alike: 'yes',
    a: JS,
    b: `// all of them\n${JS.replaceAll(' ', '  ')};`,
  },
  { what: 'one wrong constant', language: 'JavaScript', alike: 'nearly', a: JS, b: JS.replace('1.2', '1.3') },
  {
    what: 'same algorithm, a loop',
    language: 'JavaScript',
    alike: 'nearly',
    a: JS,
    b: 'let total = 0\nfor (const price of prices) total += price\nconsole.log(total * 1.2)',
  },
  { what: 'same tokens, another algorithm', language: 'JavaScript', alike: 'no', a: 'f(a - b) / c', b: 'f(c / a) - b' },
  {
    what: 'another program',
    language: 'JavaScript',
    alike: 'no',
    a: JS,
    b: 'function f(n) { return n < 2 ? n : f(n - 1) + f(n - 2) }\nf(20)',
  },
  { what: 'the other in a comment', language: 'JavaScript', alike: 'no', a: JS, b: `/* ${JS} */ 0` },
  {
    what: 'variables renamed',
    language: 'Python',
    alike: 'yes',
    a: PY,
    b: PY.replaceAll('total', 't').replaceAll('values', 'xs').replaceAll('value', 'x'),
  },
  { what: 'one wrong constant', language: 'Python', alike: 'nearly', a: PY, b: PY.replace('= 0', '= 1') },
  {
    what: 'another program',
    language: 'Python',
    alike: 'no',
    a: PY,
    b: 'import re\nwords = re.split(" ", text)\nprint(sorted(set(words))[:3])',
  },
];

const EMBEDDINGS = {
  'codeEmbedding()': codeEmbedding(),
  'codeEmbedding({ tokens: pythonTokens })': codeEmbedding({ tokens: pythonTokens }),
};

async function row({ what, language, alike, a, b }: Pair): Promise<string> {
  const cells = Object.values(EMBEDDINGS).map(async (embedding) => {
    const [left, right] = await embedding([a, b]);
    return left && right ? cosineSimilarity(left, right).toFixed(2) : '';
  });
  return `| ${[language, what, alike, ...(await Promise.all(cells))].join(' | ')} |`;
}

it('the table in the docs is what the embeddings give (written anew by `vitest -u`)', async () => {
  const heads = ['language', 'pair', 'alike to a person', ...Object.keys(EMBEDDINGS).map((name) => `\`${name}\``)];
  const text = [
    '# How alike the offline embeddings find programs',
    '',
    'Cosine of the two programs, embedded together. `test/code-embeddings.test.ts` holds the programs and writes this file.',
    '',
    `| ${heads.join(' | ')} |`,
    `| ${heads.map(() => '---').join(' | ')} |`,
    ...(await Promise.all(PAIRS.map(row))),
    '',
  ].join('\n');
  await expect(text).toMatchFileSnapshot('../docs/code-embeddings.md');
});

it('every pair that is alike scores above every pair that is not, in the language of the tokenizer', async () => {
  const scored = async (language: Pair['language'], embedding: (typeof EMBEDDINGS)['codeEmbedding()']) =>
    Promise.all(
      PAIRS.filter((pair) => pair.language === language).map(async ({ a, b, alike }) => {
        const [left, right] = await embedding([a, b]);
        return { alike, value: left && right ? cosineSimilarity(left, right) : Number.NaN };
      }),
    );
  const languages = [
    await scored('JavaScript', EMBEDDINGS['codeEmbedding()']),
    await scored('Python', EMBEDDINGS['codeEmbedding({ tokens: pythonTokens })']),
  ];
  for (const rows of languages) {
    const of = (alike: Pair['alike']) => rows.filter((one) => one.alike === alike).map(({ value }) => value);
    expect(Math.min(...of('yes'))).toBeCloseTo(1, 12);
    expect(Math.max(...of('nearly'))).toBeLessThan(0.99);
    expect(Math.min(...of('nearly'))).toBeGreaterThan(Math.max(...of('no')));
  }
});
