import katex from 'katex';
import { formulaToLatex } from './formula-to-latex.js';

/**
 * Puts MathML, which browsers show by themselves, in the place of the formulas of a docstring: blocks of lines indented by
 * four spaces with a blank line before them, of which at least one says what something is. A block with a line that is no
 * formula (a program, a table) stays as it is.
 */
export function renderFormulas(markdown: string): string {
  return markdown.replace(/(^|\n\n)((?: {4}[^\n]*(?:\n|$))+)/g, (whole, before: string, block: string) => {
    const lines = block.split('\n').filter((line) => line.trim() !== '');
    const rendered = lines.map(mathOf);
    if (!lines.some((line) => line.includes(' = ')) || rendered.includes(null)) return whole;
    return `${before}<div class="formula">${rendered.join('')}</div>\n\n`;
  });
}

function mathOf(line: string): string | null {
  try {
    return katex.renderToString(formulaToLatex(line), { displayMode: true, output: 'mathml', throwOnError: true });
  } catch {
    return null;
  }
}
