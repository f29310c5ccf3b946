import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupOf, trajectoryOf } from '../../test/written-group.js';
import { mathMatch } from '../math-match.js';
import { mathEquivalent } from './math-equivalent.js';

const R = String.raw;

describe('mathEquivalent', () => {
  it.each([
    ['3 1/2', '3.5'],
    [R`2\frac34`, '2.75'],
    ['1.000,99', '1000.99'],
    ['1 234 567', '1234567'],
    [R`\$15{,}000`, '15000'],
    ['6.02e23', R`6.02\times 10^{23}`],
    ['0.333333', '1/3'],
    ['0.30000000000000004', '0.3'],
    ['2*pi', R`2\pi`],
    ['sqrt(18)', R`3\sqrt{2}`],
    [R`\tan 45^\circ`, '1'],
    [R`\sin^2 x+\cos^2 x`, '1'],
    [R`e^{i\pi}`, '-1'],
    [R`\binom52`, '10'],
    ['٤٢', '42'],
    ['n(n+1)', 'n^2+n'],
    [R`\sqrt{x^2}`, '|x|'],
    [R`\ln(x^2)`, R`2\ln x`],
    [R`f(t)=t^2`, R`f(x)=x^2`],
    ['2x+3=0', R`x=-\frac32`],
    ['x=5 or x=-5', R`\pm 5`],
    [R`x=\frac{-1\pm\sqrt5}{2}`, R`\frac{-1+\sqrt{5}}{2}, \frac{-1-\sqrt{5}}{2}`],
    [R`\{3,2,1\}`, R`\{1,2\}\cup\{3\}`],
    ['(x, y) = (2, 3)', '(2,3)'],
    [R`x\in\mathbb{R}\setminus\{1\}`, R`(-\infty,1)\cup(1,\infty)`],
    [R`x \geq 2 \text{ or } x\le -2`, R`(-\infty,-2]\cup[2,\infty)`],
    ['7 > x > 3', '(3,7)'],
    [R`\begin{bmatrix}1\\2\end{bmatrix}`, '(1,2)'],
    [
      R`\begin{pmatrix}1&2\\3&4\end{pmatrix}\begin{pmatrix}1&0\\0&1\end{pmatrix}`,
      R`\begin{pmatrix}1&2\\3&4\end{pmatrix}`,
    ],
    ['12 cm', '12'],
    ['79 g', '79'],
    ['(B)', 'B'],
    [R`1/2500!`, R`\frac{1}{2500!}`],
    ['2^{4000}', '4^{2000}'],
  ])('%s is %s', (prediction, gold) => {
    expect(mathEquivalent(prediction, gold)).toBe(true);
    expect(mathEquivalent(gold, prediction)).toBe(true);
  });

  it.each([
    ['2^{-99}', '2^{-98}'],
    ['2^{4000}', '4^{2000}+1'],
    ['99999999999999999999', '99999999999999999998'],
    ['1.41', R`\sqrt2`],
    ['3.14159', R`\pi`],
    ['16386.17', '16386.16'],
    ['1,234', '1.234'],
    ['(1,2)', '(2,1)'],
    ['[1,2]', '(1,2)'],
    [R`\{1,2\}`, '(1,2)'],
    ['5,6', '5'],
    ['x=1', 'y=1'],
    ['f(1)=2', 'f(2)=2'],
    ['x^2=4', '4'],
    ['x>1', R`x\geq 1`],
    ['10 cm', '10 m'],
    [R`\frac10`, R`\frac20`],
    ['9^{9^{9^9}}', '9^{9^{9^8}}'],
    [R`\infty`, R`-\infty`],
    [R`\sqrt{x^2}`, 'x'],
    ['f(x)', 'f(y)'],
    ['A', 'a'],
    ['odd', 'even'],
    ['204', '204_5'],
    ['', ''],
    [R`\boxed{}`, '5'],
  ])('%s is not %s', (prediction, gold) => {
    expect(mathEquivalent(prediction, gold)).toBe(false);
    expect(mathEquivalent(gold, prediction)).toBe(false);
  });

  it.each([
    [R`So \boxed{4}. No: \boxed{5}.`, '5'],
    [R`$\boxed{2}$ and $\boxed{3}$`, '3,2'],
    [R`<think>\boxed{7}</think> It is 8.`, '8'],
    ['The answer is 42 because 43 is not prime.', '42'],
    ['**Answer:** 6', '6'],
    ['First 6*7, then\n42', '42'],
    ['We find $x = 2$ and $x = -2$.', '-2, 2'],
    ['It costs $10 each, so 3 cost $30.', '30'],
    ['We have $a=3$ and $b=4$, so $a+b=7$.', '7'],
    ['It holds 12 cm² of it', '12'],
    ['答案是：$\\frac12$', '0.5'],
    ['Ответ: 5', '5'],
    [R`It grows by $\boxed{20}$ percent.`, R`20\%`],
  ])('finds the answer of %s', (text, gold) => {
    expect(mathEquivalent(text, gold)).toBe(true);
  });

  it.each([
    [R`The answer is \boxed{4} or \boxed{5}.`, '5'],
    ["open('marker', 'w').write('x') or 3", '3'],
    ['AB3C', '3'],
    ['It is either 4 or 5.', '5'],
    ['The answer is not 5', '5'],
    ['<think> it may be 5', '5'],
  ])('takes no answer from %s', (text, gold) => {
    expect(mathEquivalent(text, gold)).toBe(false);
  });

  it('takes the total of a sum for an answer, but a total for no equation that is asked for', () => {
    expect(mathEquivalent('a+b=7', '7')).toBe(true);
    expect(mathEquivalent('7', 'a+b=7')).toBe(false);
    expect(mathEquivalent('2a+b=7', '7')).toBe(false);
    expect(mathEquivalent('a+b=0', '0')).toBe(false);
  });

  it('has options where graders disagree', () => {
    expect(['10', '0.1'].map((gold) => mathEquivalent('10%', gold))).toEqual([true, true]);
    expect(['10', '0.1'].map((gold) => mathEquivalent('10%', gold, { percent: 'number' }))).toEqual([true, false]);
    expect(['10', '0.1'].map((gold) => mathEquivalent('10%', gold, { percent: 'fraction' }))).toEqual([false, true]);
    expect(mathEquivalent('2, 1', '1, 2', { listOrder: 'given' })).toBe(false);
    expect(mathEquivalent('2, 1', '1, 2')).toBe(true);
    expect(mathEquivalent(R`\boxed{1}, then twice that: \boxed{2}`, '1, 2', { boxes: 'all' })).toBe(true);
    expect(mathEquivalent('0.333', '1/3', { roundedDigits: 3 })).toBe(true);
    expect(mathEquivalent('0.333', '1/3')).toBe(false);
    expect(() => mathEquivalent('1', '1', { percent: 'none' as 'both' })).toThrow(
      'percent: must be one of both, number, fraction, got none',
    );
    expect(() => mathEquivalent('1', '1', { roundedDigits: 0 })).toThrow('roundedDigits: must be a whole number');
  });

  it('equals itself, and neither throws nor takes a second, whatever the text', () => {
    const pieces = fc.constantFrom(
      ...[
        '\\frac',
        '\\sqrt[',
        '{',
        '}',
        '(',
        ']',
        '^',
        '_',
        '1',
        '23',
        '.5',
        'x',
        '\\pm',
        ',',
        '\\cup',
        '|',
        '\\text{',
        '$',
        '%',
        '=',
        '<',
        '!',
        ' ',
        '\\\\',
        '&',
        '\\boxed{',
        'answer is ',
        '\\begin{matrix}',
        '\\end{matrix}',
      ],
    );
    const texts = fc.array(pieces, { maxLength: 40 }).map((all) => all.join(''));
    fc.assert(
      fc.property(texts, texts, (a, b) => {
        const start = performance.now();
        mathEquivalent(a, b);
        expect(mathEquivalent(a, a)).toBe(a.trim() !== '');
        expect(performance.now() - start).toBeLessThan(1_000);
      }),
      { numRuns: 400 },
    );
  });

  it.each([
    ['a tower', '9^{9^{9^9}}', '5'],
    ['a great power', '2^{10^9}', '2^{10^8}'],
    ['factorials', '9999!!!!', '(9999!)^{9999}'],
    ['nested powers', '((((1)^9)^9)^9)^9'.repeat(50), '2'],
    ['boxes', '\\boxed{'.repeat(7000), '5'],
    ['dollars', '$'.repeat(50_000), '5'],
    ['brackets', '('.repeat(50_000), '5'],
    ['roots', `${'\\sqrt{'.repeat(600)}2`, '5'],
    ['signs', `${'1\\pm'.repeat(40)}1`, '1,2'],
    ['digits', '9'.repeat(50_000), '9'.repeat(49_999)],
    ['spaces', `${' '.repeat(50_000)}6`, 'x+1'],
    ['fractions', Array.from({ length: 300 }, (_, i) => `1/${10 ** 9 + i}`).join('+'), '5'],
    ['cues', 'answer is '.repeat(5000), '5'],
    ['an exponent', '1e999999', '5'],
  ])('hostile: %s', (_, prediction, gold) => {
    const start = performance.now();
    expect(mathEquivalent(prediction, gold)).toBe(false);
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});

it('mathMatch judges the final answer, and refuses a task without one', async () => {
  const { task } = groupOf();
  const judge = (answer: string | null, gold = '1/2') =>
    mathMatch({ expected: () => gold })(task, trajectoryOf({ turns: [[]], answer }));
  expect(await judge('0.5')).toEqual({ status: 'correct' });
  expect(await judge('0.51')).toEqual({ status: 'incorrect' });
  expect(await judge(null)).toEqual({ status: 'incorrect' });
  await expect(judge('1', ' ')).rejects.toThrow('expected: must not be blank in task task');
});
