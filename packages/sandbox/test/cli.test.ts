import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, describe, expect, test } from 'vitest';
import { createFusionRunner } from '../src/fusion/index.js';
import { toolProvider } from '../src/index.js';
import { mcpTools } from '../src/mcp/index.js';
import { cache, withoutPython } from './python/python-sandbox.js';

const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'turnwise-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function start(
  args: readonly string[],
  more: Record<string, string> = {},
): ChildProcessByStdio<Writable, Readable, Readable> {
  const env = { PATH: process.env['PATH'] ?? '', TURNWISE_CACHE: cache, ...more };
  return spawn(process.execPath, [cli, ...args], { env, stdio: ['pipe', 'pipe', 'pipe'] });
}

async function run(args: readonly string[], input = '', more: Record<string, string> = {}) {
  const child = start(args, more);
  child.stdin.end(input);
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { stdout, stderr, code };
}

describe('turnwise-sandbox', { timeout: 120_000 }, () => {
  test.each([
    ['the value', 'console.log("a"); 6 * 7', [], 0, 'a\n42\n', ''],
    ['what was thrown', 'console.log("a"); null.x', [], 1, 'a\n', 'runtime: TypeError: '],
    ['what does not parse', 'let =', [], 1, '', 'syntax: SyntaxError'],
    ['a time that is up', 'while (true) {}', ['--timeout', '500'], 3, '', 'timeout: the time limit is '],
    ['too much memory', 'new Array(5e7).fill(0).length', ['--timeout', '20000'], 4, '', ''],
    ['too much output', 'for (;;) console.log("x".repeat(1000))', [], 5, undefined, 'output-limit: '],
  ])('run says %s', async (_name, code, flags, status, stdout, stderr) => {
    const result = await run(['run', '-', ...flags], code);
    expect(result).toMatchObject({ code: status, stderr: expect.stringContaining(stderr) });
    if (stdout !== undefined) expect(result.stdout).toBe(stdout);
  });

  test('run reads a file, and its seed decides', async () => {
    const file = join(folder, 'random.js');
    writeFileSync(file, 'Math.random()');
    const [first, again, other] = await Promise.all([
      run(['run', file]),
      run(['run', file]),
      run(['run', file, '--seed', '2']),
    ]);
    expect(again.stdout).toBe(first.stdout);
    expect(other.stdout).not.toBe(first.stdout);
  });

  test('run --json is one JSON object', async () => {
    const { stdout, code } = await run(['run', '-', '--json'], 'throw new Error("no")');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'error', kind: 'runtime', message: 'Error: no' });
  });

  test.skipIf(withoutPython)(
    'run takes Python by the name of the file',
    async () => {
      const file = join(folder, 'sum.py');
      writeFileSync(file, 'print("a")\nsum(range(5))');
      expect(await run(['run', file])).toMatchObject({ code: 0, stdout: 'a\n10\n', stderr: '' });
    },
    180_000,
  );

  test('Python without a jail is refused, unless that is asked for by name', async () => {
    const file = join(folder, 'one.py');
    writeFileSync(file, '1 + 0');
    const refused = await run(['run', file], '', { PATH: '' });
    expect(refused).toMatchObject({ code: 70, stdout: '' });
    expect(refused.stderr).toMatch(/Python must run inside a jail, and there is none: .*jail: 'off' runs it without/s);
    expect(await run(['run', file, '--without-jail'], '', { PATH: '' })).toMatchObject({ code: 0, stdout: '1\n' });
  });

  test.each([
    [['bogus'], /unknown command 'bogus'/],
    [['run'], /missing required argument 'file'/],
    [['run', 'gone.js'], /the file must be one that can be read, got gone\.js/],
    [['run', '-', '--timeout', '1.5'], /It must be a positive integer/],
    [['run', '-', '--memory', '1'], /limits\.memoryMb: must be an integer from 8/],
    [['serve', '--host', '0.0.0.0'], /token: must be given for a host beyond loopback/],
    [['attack', '--minutes', '0'], /It must be a positive number/],
  ])('%j is a wrong command line', async (args, message) => {
    expect(await run(args, '1')).toMatchObject({ code: 2, stderr: expect.stringMatching(message) });
  });

  test('every command has help with examples', async () => {
    for (const command of ['run', 'repl', 'serve', 'mcp', 'doctor', 'attack']) {
      const { code, stdout } = await run([command, '--help']);
      expect([code, stdout]).toEqual([0, expect.stringContaining(`Examples:\n  turnwise-sandbox ${command}`)]);
    }
  });

  test('repl keeps a session over its lines', async () => {
    const lines = 'let x = 1\nfunction f() {\n  return x + 1\n}\nf()\nthrow 5\nx\n.reset\ntypeof x\n.exit\n99\n';
    const { stdout, code } = await run(['repl'], lines);
    expect([code, stdout.split('\n')]).toEqual([
      0,
      ['undefined', 'undefined', '2', 'runtime: Uncaught 5', '1', 'undefined', ''],
    ]);
  });

  test('doctor says what there is', async () => {
    const { stdout, code } = await run(['doctor', '--json']);
    expect(code).toBe(0);
    const { works, checks } = JSON.parse(stdout);
    expect(works).toBe(true);
    expect(checks.map(({ name }: { name: string }) => name)).toEqual([
      'platform',
      'JavaScript',
      'jail',
      'prlimit',
      'Python',
    ]);
  });

  test('attack reports both phases', async () => {
    const { stdout, code } = await run(['attack', '--minutes', '0.05', '--json']);
    const report = JSON.parse(stdout);
    expect(code).toBe(report.passed ? 0 : 1);
    expect([report.quiet.wrong, report.attack.wrong]).toEqual([[], []]);
    expect(report.attack.answers).toBeGreaterThan(0);
  });

  test('serve answers until SIGTERM, and what runs then to its end', async () => {
    const child = start(['serve', '--port', '0', '--timeout', '20000']);
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    const url = await new Promise<string>((resolve) => {
      child.stdout.once('data', (chunk: Buffer) => resolve(/POST (\S+)\/run_code/.exec(chunk.toString())?.[1] ?? ''));
    });
    const runner = createFusionRunner({ url, language: 'nodejs', runTimeout: 20_000, retries: 0 });
    expect(await runner.run('console.log(1 + 1)')).toEqual({ status: 'ok', text: '2' });
    const slow = runner.run('let n = 0; for (let i = 0; i < 3e8; i++) n ^= i; console.log("end")');
    await new Promise((resolve) => setTimeout(resolve, 200));
    child.kill('SIGTERM');
    expect(await slow).toEqual({ status: 'ok', text: 'end' });
    expect(await ended).toBe(0);
  });

  test('mcp serves a session over standard input and output', async () => {
    const transport = new StdioClientTransport({ command: process.execPath, args: [cli, 'mcp', '--timeout', '300'] });
    const client = new Client({ name: 'test', version: '1.0.0' });
    await client.connect(transport);
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(['run_javascript', 'restart_javascript']);
    const call = async (name: string, args: Record<string, unknown> = {}) => {
      const { content, isError } = await client.callTool({ name, arguments: args });
      return [(content as { text: string }[])[0]?.text, isError];
    };
    expect(await call('run_javascript', { code: 'let x = 20; x + 1' })).toEqual(['21', false]);
    expect(await call('run_javascript', { code: 'x * 2' })).toEqual(['40', false]);
    expect(await call('run_javascript', { code: 'y' })).toEqual([
      'tool run_javascript: ReferenceError: y is not defined',
      true,
    ]);
    expect((await call('run_javascript', { code: 'while (true) {}' }))[1]).toBe(true);
    expect(await call('run_javascript', { code: 'x' })).toEqual(['20', false]);
    expect(await call('restart_javascript')).toEqual(['a new session', false]);
    expect(await call('run_javascript', { code: 'typeof x' })).toEqual(['undefined', false]);
    // The same server's tools, as a rollout takes them.
    const provider = toolProvider(await mcpTools(client));
    const session = await provider.open(null, 0);
    const rolledOut = await session.call({ id: '1', name: 'run_javascript', arguments: { code: '2 ** 10' } });
    expect(rolledOut).toEqual({ status: 'ok', text: '1024' });
    const { pid } = transport;
    await client.close();
    await expect.poll(() => isAlive(pid as number), { timeout: 10_000 }).toBe(false);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
