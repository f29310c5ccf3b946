/**
 * The module specifiers that a TypeScript source names: static and type imports, re-exports, `import()`, `require()`
 * and `require.resolve()` with a literal, `import('x')` types. Comments are left out (a docstring may show an import).
 * Statements are looked for at the start of a line, where the formatter puts them.
 */
export function moduleSpecifiers(source: string): string[] {
  const code = source.replace(/^\s*\/\*[\s\S]*?\*\//gm, '').replace(/^\s*\/\/.*$/gm, '');
  const patterns = [
    /^\s*(?:import|export)\b[^'"\n]*\bfrom\s*(['"])([^'"\n]+)\1/gm,
    /^\s*\}\s*from\s*(['"])([^'"\n]+)\1/gm,
    /^\s*import\s*(['"])([^'"\n]+)\1/gm,
    /(?:\bimport|\brequire|\bimport\.meta\.resolve|\brequire\.resolve|\bcreateRequire\([^()]*\)\.resolve)\s*\(\s*(['"])([^'"\n]+)\1/g,
  ];
  const found = patterns.flatMap((pattern) => [...code.matchAll(pattern)].map((match) => match[2] as string));
  return [...new Set(found)].sort();
}
