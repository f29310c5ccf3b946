import { createRequire } from 'node:module';
import type { AnyNode, Node, Program, parse, VariableDeclaration } from 'acorn';
import { plainDeclarations } from './plain-declarations.js';

interface Acorn {
  readonly parse: typeof parse;
}

// Loaded when a step is first read: a child that only makes single runs starts without it.
const require = createRequire(import.meta.url);
let acorn: Acorn | null = null;

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Rewrites one step of a session, so that steps follow each other as the cells of a notebook do.
 *
 * - Names declared at the top level live on in later steps and may be declared again: `let`, `const` and `class`
 *   become `var`. So a later step may also assign to a `const`, and reading a name above its declaration gives
 *   `undefined`.
 * - With `await` at the top level the step becomes an async function whose variables and functions stay global, and
 *   whose value is that of its last statement, if that is an expression.
 * - A `"use strict"` at the head is dropped: strict code would keep its variables to itself.
 *
 * Nothing is run and nothing is thrown; source that does not parse comes back as it is. Such source may still run: the parser gives up sooner than the
 * engine on what is deep.
 */
export function notebookSource(source: string): string {
  if (!rewritten.test(source)) return source;
  return plainDeclarations(source) ?? parsedSource(source) ?? source;
}

/** The same by the parser, whatever it is; `null` if it does not parse: the engine will say what is wrong with it. */
export function parsedSource(source: string): string | null {
  try {
    acorn ??= require('acorn') as Acorn;
    const program = acorn.parse(source, {
      ecmaVersion: 'latest',
      sourceType: 'script',
      allowAwaitOutsideFunction: true,
      allowHashBang: false,
    });
    const awaits = source.includes('await') && program.body.some((statement) => awaitsAtTopLevel(statement));
    return awaits ? asyncSource(source, program) : applyEdits(source, declarationEdits(program));
  } catch {
    return null;
  }
}

/**
 * The same for code after which nothing comes: its names need not live on, so it is read here only if it may await at
 * the top level. That is a tenth of the time of a single run.
 */
export function singleSource(source: string): string {
  return source.includes('await') ? notebookSource(source) : source;
}

/** Without one of these words, which cannot be written in another way, there is nothing to rewrite. */
const rewritten = /let|const|class|await|use strict/;

/** `let x = 1` → `var x = 1`, `let x` → `var x = void 0`, `class A {}` → `var A = class A {};`. */
function declarationEdits(program: Program): Edit[] {
  const edits: Edit[] = [];
  for (const statement of program.body) {
    if (statement.type === 'VariableDeclaration' && (statement.kind === 'let' || statement.kind === 'const')) {
      edits.push({ start: statement.start, end: statement.start + statement.kind.length, text: 'var' });
      for (const { id, init } of statement.declarations) {
        if (!init) edits.push({ start: id.end, end: id.end, text: ' = void 0' });
      }
    } else if (statement.type === 'ClassDeclaration') {
      edits.push({ start: statement.start, end: statement.start, text: `var ${statement.id.name} = ` });
      edits.push({ start: statement.end, end: statement.end, text: ';' });
    } else if ('directive' in statement && statement.directive === 'use strict') {
      edits.push({ start: statement.start, end: statement.end, text: 'void 0;' });
    }
  }
  return edits;
}

function asyncSource(source: string, program: Program): string {
  const names: string[] = [];
  const functions: string[] = [];
  const edits: Edit[] = [];
  for (const statement of program.body) {
    if (statement.type === 'FunctionDeclaration') {
      functions.push(source.slice(statement.start, statement.end));
      edits.push({ start: statement.start, end: statement.end, text: ';' });
    } else if (statement.type === 'ClassDeclaration') {
      names.push(statement.id.name);
      edits.push({ start: statement.start, end: statement.start, text: `void (${statement.id.name} = ` });
      edits.push({ start: statement.end, end: statement.end, text: ');' });
    } else if ('directive' in statement) {
      edits.push({ start: statement.start, end: statement.start, text: ';' });
    } else {
      globalDeclarations(statement, statement.type === 'VariableDeclaration', names, edits);
    }
  }
  const last = program.body.at(-1);
  if (last?.type === 'ExpressionStatement') {
    edits.push({ start: last.start, end: last.start, text: 'return (' });
    edits.push({ start: last.expression.end, end: last.end, text: ');' });
  }
  const variables = names.length === 0 ? '' : `var ${[...new Set(names)].join(', ')};\n`;
  return `${variables}${functions.join('\n')}\n;(async () => {${applyEdits(source, edits)}\n})()`;
}

/** Turns the declarations of a statement that must be global into assignments, and collects their names. */
function globalDeclarations(node: Node, top: boolean, names: string[], edits: Edit[]): void {
  const statement = node as AnyNode;
  if (isFunction(statement) || statement.type === 'ClassDeclaration' || statement.type === 'ClassExpression') return;
  if (statement.type === 'VariableDeclaration' && (top || statement.kind === 'var')) {
    assignments(statement, false, names, edits);
    return;
  }
  if (statement.type === 'ForInStatement' || statement.type === 'ForOfStatement') {
    const { left } = statement;
    if (left.type === 'VariableDeclaration' && left.kind === 'var') assignments(left, true, names, edits);
    globalDeclarations(statement.body, false, names, edits);
    return;
  }
  for (const child of childNodes(statement)) globalDeclarations(child, false, names, edits);
}

function assignments(declaration: VariableDeclaration, loopHead: boolean, names: string[], edits: Edit[]): void {
  const afterKeyword = declaration.start + declaration.kind.length;
  edits.push({ start: declaration.start, end: afterKeyword, text: loopHead ? '' : 'void (' });
  for (const { id, init } of declaration.declarations) {
    boundNames(id, names);
    if (!init && !loopHead && declaration.kind !== 'var') edits.push({ start: id.end, end: id.end, text: ' = void 0' });
  }
  const lastEnd = declaration.declarations.at(-1)?.end ?? afterKeyword;
  if (!loopHead) edits.push({ start: lastEnd, end: lastEnd, text: ')' });
}

function boundNames(pattern: Node, names: string[]): void {
  const node = pattern as AnyNode;
  switch (node.type) {
    case 'Identifier':
      names.push(node.name);
      return;
    case 'ObjectPattern':
      for (const property of node.properties) {
        boundNames(property.type === 'RestElement' ? property.argument : property.value, names);
      }
      return;
    case 'ArrayPattern':
      for (const element of node.elements) if (element) boundNames(element, names);
      return;
    case 'AssignmentPattern':
      boundNames(node.left, names);
      return;
    case 'RestElement':
      boundNames(node.argument, names);
  }
}

function awaitsAtTopLevel(node: Node): boolean {
  const statement = node as AnyNode;
  if (statement.type === 'AwaitExpression') return true;
  if (statement.type === 'ForOfStatement' && statement.await) return true;
  if (isFunction(statement)) return false;
  return childNodes(statement).some((child) => awaitsAtTopLevel(child));
}

function isFunction(node: AnyNode): boolean {
  return (
    node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression' || node.type === 'ArrowFunctionExpression'
  );
}

function childNodes(node: Node): Node[] {
  const children: Node[] = [];
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (typeof child === 'object' && child !== null && typeof child.type === 'string') children.push(child);
    }
  }
  return children;
}

function applyEdits(source: string, edits: readonly Edit[]): string {
  let text = '';
  let at = 0;
  for (const edit of [...edits].sort((a, b) => a.start - b.start || a.end - b.end)) {
    text += source.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return text + source.slice(at);
}
