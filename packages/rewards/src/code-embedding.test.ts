import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeEmbedding } from './code-embedding.js';
import { codeTokens } from './code-tokens.js';
import { cosineSimilarity } from './cosine-similarity.js';

const exact = (code: string) => codeTokens(code).map((token) => token.exact);
const abstract = (code: string) => codeTokens(code).map((token) => token.abstract);

describe('codeTokens', () => {
  it('drops layout, comments and semicolons', () => {
    expect(exact('a + 1; // the sum\n/* more */')).toEqual([':a', '+', '01']);
  });

  it('reads numbers by value and strings by content', () => {
    expect(exact('1_000 0x10 1e3 "x" \'x\' `x`')).toEqual(['01000', '016', '01000', '"x', '"x', '"x']);
    expect(abstract('12 + "x"')).toEqual(['0', '+', '"']);
  });

  it.each([
    ['const total = a * 2; total', 'const name = :a * 02 name'],
    ['x => x.length + y', 'name => name . :length + :y'],
    ['(x, y) => x - y', '( name , name ) => name - name'],
    [
      'function f(n) { return n ? f(n - 1) : g(n) }',
      'function name ( name ) { return name ? name ( name - 01 ) : :g ( name ) }',
    ],
    ['let { p, q } = pair; p + q', 'let { name , name } = :pair name + name'],
    ['sum = sum + Math.max(1, 2)', 'name = name + :Math . :max ( 01 , 02 )'],
    ['class Box {} new Box()', 'class name { } new name ( )'],
  ])('hides the names that the code binds: %s', (code, expected) => {
    const readable = exact(code).map((token) => (token === ':return' || token === ':new' ? token.slice(1) : token));
    const keywords = new Set([':const', ':let', ':function', ':class']);
    expect(readable.map((token) => (keywords.has(token) ? token.slice(1) : token)).join(' ')).toBe(expected);
  });

  it('gives tokens for any text', () => {
    fc.assert(fc.property(fc.string(), (text) => codeTokens(text).every((token) => token.exact !== '')));
    expect(exact('def f(x):\n  return x # é "')).not.toEqual([]);
  });
});

describe('codeEmbedding', () => {
  const similarity = async (a: string, b: string) => {
    const [left, right] = await codeEmbedding()([a, b]);
    if (!left || !right) throw new Error('two codes give two vectors');
    return cosineSimilarity(left, right);
  };
  const reference = 'const base = 83 * (43 + 74); const rest = base - 8; console.log(rest)';

  it('is blind to names, layout, comments and quotes', async () => {
    const renamed = 'const a=83*(43+74)\n// first the box\nconst b = a-8\nconsole.log(b)';
    expect(await similarity(reference, renamed)).toBeCloseTo(1, 12);
    expect(await similarity('f("x")', "f('x') // x")).toBeCloseTo(1, 12);
  });

  it('orders programs as a person would: wrong constant, wrong order, another program', async () => {
    const constant = await similarity(reference, reference.replace('8;', '9;'));
    const order = await similarity(reference, 'const base = 83 * 43 + 74; const rest = base - 8; console.log(rest)');
    const other = await similarity(reference, 'function f(n) { return n < 2 ? n : f(n - 1) + f(n - 2) } f(20)');
    expect(constant).toBeLessThan(0.95);
    expect(constant).toBeGreaterThan(0.7);
    expect(order).toBeLessThan(0.95);
    expect(order).toBeGreaterThan(0.5);
    expect(other).toBeLessThan(0.25);
  });

  it('gives nothing for a comment that copies the positive', async () => {
    expect(await similarity(reference, `// ${reference}`)).toBe(0);
  });

  it('pays little for repetition', async () => {
    const once = await similarity(reference, 'console.log(83)');
    const often = await similarity(reference, Array(50).fill('console.log(83)').join('\n'));
    expect(often).toBeLessThan(once + 0.05);
  });

  it('weighs what is rare in the group above what all share', async () => {
    const greatest = (vector: ArrayLike<number> | undefined) => Math.max(...Array.from(vector ?? [], Math.abs));
    // A place held by one of two codes weighs 1 + ln(3 / 2), one held by both 1 + ln(3 / 3).
    const [rare] = await codeEmbedding()(['alpha', 'go()']);
    expect(greatest(rare)).toBeCloseTo(1 + Math.log(1.5), 12);
    const [shared] = await codeEmbedding()(['alpha', 'alpha;']);
    expect(greatest(shared)).toBe(1);
  });

  it('counts repetition by its logarithm', async () => {
    const [vector] = await codeEmbedding()(['go go go']);
    // Three times one token, twice two, once three.
    const weights = Array.from(vector ?? [])
      .filter((value) => value !== 0)
      .map(Math.abs);
    expect(Math.max(...weights)).toBeCloseTo(1 + Math.log(3), 12);
    expect(Math.min(...weights)).toBe(1);
  });

  it('is deterministic and does not depend on the order of the codes', async () => {
    const codes = ['a + 1', 'b * 2', 'f(x => x)'];
    const forwards = await codeEmbedding()(codes);
    const backwards = await codeEmbedding()(codes.toReversed());
    expect(forwards).toEqual(backwards.toReversed());
    expect(await codeEmbedding()([])).toEqual([]);
  });

  it('gives the zero vector for code without tokens, and refuses a bad dimension', async () => {
    const [vector] = await codeEmbedding({ dimension: 4 })(['// nothing']);
    expect([...Array.from(vector ?? [])]).toEqual([0, 0, 0, 0]);
    expect(() => codeEmbedding({ dimension: 0 })).toThrow('dimension: must be a whole number of at least 1, got 0');
  });
});
