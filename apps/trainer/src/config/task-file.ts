import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import { UsageError } from '../usage-error.js';

/** Most mistakes that one error lists. */
const MOST_LISTED = 10;

/**
 * Reads tasks from JSONL: one object of `schema` a line, blank lines skipped. Throws one `UsageError` that lists each
 * mistake as `file:line: field: what was expected, what was found`; repeated ids and a file without tasks are mistakes.
 */
export async function readTaskFile<T extends { readonly id: string }>(
  path: string,
  schema: z.ZodType<T>,
): Promise<T[]> {
  const text = await readText(path);
  const tasks: T[] = [];
  const mistakes: string[] = [];
  const lineOfId = new Map<string, number>();
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const where = `${path}:${index + 1}`;
    const parsed = parseLine(line, schema);
    if (parsed.status === 'invalid') {
      mistakes.push(...parsed.mistakes.map((mistake) => `${where}: ${mistake}`));
      continue;
    }
    const earlier = lineOfId.get(parsed.task.id);
    if (earlier !== undefined) {
      mistakes.push(`${where}: id: expected an id of its own, got "${parsed.task.id}" as on line ${earlier}`);
    }
    lineOfId.set(parsed.task.id, index + 1);
    tasks.push(parsed.task);
  }
  if (mistakes.length > 0) throw new UsageError(listed(mistakes));
  if (tasks.length === 0) throw new UsageError(`${path}: expected at least one task, got an empty file`);
  return tasks;
}

async function readText(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).replace(/^\uFEFF/, '');
  } catch (error) {
    throw new UsageError(`${path}: cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

type ParsedLine<T> =
  | { readonly status: 'valid'; readonly task: T }
  | { readonly status: 'invalid'; readonly mistakes: readonly string[] };

function parseLine<T>(line: string, schema: z.ZodType<T>): ParsedLine<T> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return {
      status: 'invalid',
      mistakes: [`expected a JSON object, got text that is none: ${(error as Error).message}`],
    };
  }
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return { status: 'valid', task: parsed.data };
  return { status: 'invalid', mistakes: parsed.error.issues.map((issue) => describeIssue(deepest(issue))) };
}

/** Of a union that nothing fits, the branch that came furthest. */
function deepest(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union') return issue;
  const candidates = issue.errors.flat().map((inner) => deepest({ ...inner, path: [...issue.path, ...inner.path] }));
  return candidates.reduce((best, next) => (next.path.length > best.path.length ? next : best), issue);
}

function describeIssue(issue: z.core.$ZodIssue): string {
  const field = issue.path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  const found = issue.input === undefined ? 'nothing' : shortened(JSON.stringify(issue.input));
  const name = field === '' ? 'task' : field.replace(/^\./, '');
  return `${name}: ${expectation(issue)}, got ${found}`;
}

function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return `expected ${issue.expected}`;
  if (issue.code === 'unrecognized_keys') return `expected no ${issue.keys.map((key) => `"${key}"`).join(', ')}`;
  if (issue.code === 'invalid_value')
    return `expected ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`;
  return issue.message;
}

function shortened(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}

function listed(mistakes: readonly string[]): string {
  const rest = mistakes.length - MOST_LISTED;
  return [...mistakes.slice(0, MOST_LISTED), ...(rest > 0 ? [`and ${rest} more`] : [])].join('\n');
}
