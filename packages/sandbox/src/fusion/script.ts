/** How a language's program, which reads and prints, becomes one run of a sandbox, whose last value is shown. */
export interface ScriptDialect {
  /** Source that runs before the program and gives it its standard input. */
  globals(stdin: string): string;
  /** The program with nothing as its last value. */
  source(code: string): string;
}

/**
 * JavaScript reads `stdin` (the whole text), `readline()` (line after line, then `null`), or, as many programs do,
 * `require('fs').readFileSync(0)`; there is nothing else to require.
 */
export const javascriptDialect: ScriptDialect = {
  globals: (stdin) => `
const stdin = ${JSON.stringify(stdin)};
const { readline, require } = (() => {
  const lines = stdin === '' ? [] : stdin.replace(/\\n$/, '').split('\\n');
  let next = 0;
  const readFileSync = (file) => {
    if (file === 0 || file === '/dev/stdin') return stdin;
    throw new Error('there are no files: ' + String(file));
  };
  return {
    readline: () => (next < lines.length ? lines[next++] : null),
    require: (name) => {
      if (name === 'fs' || name === 'node:fs') return { readFileSync };
      throw new Error('there are no modules: ' + String(name));
    },
  };
})();`,
  source: (code) => `${code}\n;''`,
};

/** Python reads `input()` and `sys.stdin`. */
export const pythonDialect: ScriptDialect = {
  globals: (stdin) => `import io as _io, sys as _sys\n_sys.stdin = _io.StringIO(${pythonString(stdin)})\ndel _io, _sys`,
  source: (code) => `${code}\nNone`,
};

/** A text as a literal of Python: what JSON escapes, Python reads alike, but for pairs of surrogates. */
function pythonString(text: string): string {
  return JSON.stringify(text).replace(/[\u0080-\u{10ffff}]/gu, (character) => {
    return `\\U${(character.codePointAt(0) as number).toString(16).padStart(8, '0')}`;
  });
}
