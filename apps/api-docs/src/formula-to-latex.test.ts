import katex from 'katex';
import { describe, expect, it } from 'vitest';
import { formulaToLatex } from './formula-to-latex.js';
import { renderFormulas } from './render-formulas.js';

describe('formulaToLatex', () => {
  it.each([
    ['A[i,j] = r[i] - mean(r)', '{A}_{{i} ,\\; {j}} = {r}_{{i}} - {\\mathrm{mean}}\\left({r}\\right)'],
    ['(a + b) / (c - 1)', '\\frac{{a} + {b}}{{c} - 1}'],
    ['sum over m = j .. T_i of x[m]', '\\sum_{m = j}^{{T_{i}}} {x}_{{m}}'],
    ['sum over k != i of r[k]', '\\sum_{{k} \\ne {i}} {r}_{{k}}'],
    ['ratio - 1 - ln ratio', '{\\mathrm{ratio}} - 1 - \\text{ln ratio}'],
    ['delta^(m - j) * A_E[i]', '{{\\delta}}^{{m} - {j}} \\cdot {A_{E}}_{{i}}'],
    ['x = 1    over all of them', '{x} = 1 \\qquad \\text{over all of them}'],
  ])('%s', (formula, latex) => {
    expect(formulaToLatex(formula)).toBe(latex);
    expect(() => katex.renderToString(latex, { throwOnError: true })).not.toThrow();
  });

  it.each(['const x = {', 'x = ', 'f(a', '$'])('refuses %s', (line) => {
    expect(() => formulaToLatex(line)).toThrow(RangeError);
  });
});

describe('renderFormulas', () => {
  it('renders a block of formulas and leaves programs and prose alone', () => {
    const text = 'Returns.\n\n    R[j] = r[j] + R[j+1]\n    A = R\n\nMore.\n\n    const x = { a: 1 };\n\nEnd.';
    const rendered = renderFormulas(text);
    expect(rendered.match(/<math/g)).toHaveLength(2);
    expect(rendered).toContain('Returns.\n\n<div class="formula">');
    expect(rendered).toContain('\n\n    const x = { a: 1 };\n\nEnd.');
  });
});
