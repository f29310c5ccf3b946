import { parse } from 'acorn';
import type { Language } from './open-sandbox.js';

/** Whether a text is the beginning of a program, so that a REPL should ask for more lines before it runs them. */
export function isIncomplete(language: Language, source: string): boolean {
  return language === 'python' ? pythonIsIncomplete(source) : javascriptIsIncomplete(source);
}

/** A program is incomplete when its end is where the parser gives up. */
function javascriptIsIncomplete(source: string): boolean {
  try {
    parse(source, { ecmaVersion: 'latest', allowAwaitOutsideFunction: true });
    return false;
  } catch (error) {
    const { pos, raisedAt } = error as { readonly pos?: number; readonly raisedAt?: number };
    const end = source.trimEnd().length;
    // A template without its end is reported at its beginning.
    return (pos ?? 0) >= end || (raisedAt ?? 0) > end;
  }
}

/** A block ends with an empty line; brackets and texts of three quotes end where they do. */
function pythonIsIncomplete(source: string): boolean {
  const code = source.replace(/("""|''')[\s\S]*?\1|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|#.*/g, '0');
  if (/"""|'''/.test(code) || code.endsWith('\\')) return true;
  const opened = code.match(/[([{]/g)?.length ?? 0;
  const closed = code.match(/[)\]}]/g)?.length ?? 0;
  if (opened > closed) return true;
  const last = source.split('\n').at(-1) ?? '';
  return last !== '' && (/:\s*$/.test(code) || (/^\s/.test(last) && source.includes('\n')));
}
