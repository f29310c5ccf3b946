import { parse } from 'acorn';
import type { Language } from './open-sandbox.js';

/** Whether a text is the beginning of a program, so that a REPL should ask for more lines before it runs them. */
export function isIncomplete(language: Language, source: string): boolean {
  return language === 'python' ? pythonIsIncomplete(source) : javascriptIsIncomplete(source);
}

/** A program is incomplete when its end is where the parser gives up, or when only the end of a text is missing. */
function javascriptIsIncomplete(source: string): boolean {
  const fault = faultOf(source);
  if (fault === null) return false;
  return fault >= source.trimEnd().length || ['`', '*/'].some((end) => faultOf(source + end) === null);
}

/** Where a program stops being one; `null` if it does not. */
function faultOf(source: string): number | null {
  try {
    parse(source, { ecmaVersion: 'latest', allowAwaitOutsideFunction: true });
    return null;
  } catch (error) {
    return (error as { readonly pos?: number }).pos ?? 0;
  }
}

/** A block ends with an empty line; brackets and texts of three quotes end where they do. */
function pythonIsIncomplete(source: string): boolean {
  const code = source.replace(texts, (_text, quotes?: string, end?: string) => (quotes && end === '' ? '"""' : '0'));
  if (code.includes('"""') || code.endsWith('\\')) return true;
  const opened = code.match(/[([{]/g)?.length ?? 0;
  const closed = code.match(/[)\]}]/g)?.length ?? 0;
  if (opened > closed) return true;
  const last = source.split('\n').at(-1) ?? '';
  return last !== '' && (/:\s*$/.test(code) || (/^\s/.test(last) && source.includes('\n')));
}

/** Texts of three quotes, which may lack their end, other texts, and comments. */
const texts = /("""|''')[\s\S]*?(\1|$(?![\s\S]))|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|#.*/g;
