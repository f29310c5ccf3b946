import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { UsageError } from '../usage-error.js';
import { readTaskFile } from './task-file.js';

const schema = z.strictObject({
  id: z.string().min(1),
  family: z.string(),
  verifier: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('number'), answer: z.number() }),
    z.strictObject({ kind: z.literal('tests'), tests: z.array(z.strictObject({ input: z.number() })) }),
  ]),
});
const good = { id: 'a', family: 'math', verifier: { kind: 'number', answer: 3 } };

let path: string;
beforeEach(async () => {
  path = join(await mkdtemp(join(tmpdir(), 'tasks-')), 'my.jsonl');
});

async function mistakeOf(...lines: (object | string)[]): Promise<string> {
  await writeFile(path, lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'));
  const error = await readTaskFile(path, schema).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(UsageError);
  return (error as Error).message.replaceAll(path, 'FILE');
}

describe('readTaskFile', () => {
  it('reads tasks, with a byte order mark, CRLF and blank lines', async () => {
    await writeFile(path, `\uFEFF${JSON.stringify(good)}\r\n\r\n${JSON.stringify({ ...good, id: 'b' })}\r\n`);
    expect((await readTaskFile(path, schema)).map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('names file, line, field and what was expected for a missing field', async () => {
    expect(await mistakeOf(good, { id: 'b', verifier: good.verifier })).toBe(
      'FILE:2: family: expected string, got nothing',
    );
  });

  it('names a nested field by its path', async () => {
    const task = { ...good, verifier: { kind: 'tests', tests: [{ input: 1 }, { input: 'two' }] } };
    expect(await mistakeOf(task)).toBe('FILE:1: verifier.tests[1].input: expected number, got "two"');
  });

  it('names an unknown key and an unknown kind', async () => {
    expect(await mistakeOf({ ...good, verifer: 1 })).toContain('FILE:1: task: expected no "verifer", got {');
    expect(await mistakeOf({ ...good, verifier: { kind: 'exact' } })).toMatch(/^FILE:1: verifier.kind: .*, got/);
  });

  it('says where the JSON is broken', async () => {
    expect(await mistakeOf(good, '{"id": "b", ')).toContain('FILE:2: expected a JSON object, got text that is none: ');
  });

  it('refuses a repeated id and names the line of the first', async () => {
    expect(await mistakeOf(good, '', good)).toBe('FILE:3: id: expected an id of its own, got "a" as on line 1');
  });

  it('refuses an empty file and a file that does not exist', async () => {
    expect(await mistakeOf('', ' ')).toBe('FILE: expected at least one task, got an empty file');
    await expect(readTaskFile(`${path}.none`, schema)).rejects.toThrow('cannot be read: ENOENT');
  });

  it('lists ten mistakes and counts the others', async () => {
    const message = await mistakeOf(...Array.from({ length: 13 }, () => ({})));
    // Each line lacks id, family and verifier: 39 mistakes.
    expect(message.split('\n')).toHaveLength(11);
    expect(message).toMatch(/\nand 29 more$/);
  });
});
