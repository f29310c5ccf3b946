import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFusionRunner, serveFusion } from '../../src/fusion/index.js';
import type { Sandbox } from '../../src/index.js';
import { createPythonSandbox } from '../../src/python/index.js';
import { add } from '../adapters-fixture.js';
import { pythonSandbox, startTimeout, withoutPython } from './python-sandbox.js';

const ok = (text: string) => ({ status: 'ok', text });

describe.skipIf(withoutPython)('Python', { timeout: 120_000 }, () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await pythonSandbox();
  }, startTimeout);
  afterAll(() => sandbox?.close());

  test.each([
    ['the value of the last expression', '1 + 1', '2'],
    ['text as Python writes it', '"a"', "'a'"],
    ['nothing for None', 'None', ''],
    ['what was printed, then the value', 'print("a")\nprint("b", end="")\n3', 'a\nb\n3'],
    ['both streams in order', 'import sys\nprint("a")\nprint("b", file=sys.stderr)\nprint("c")', 'a\nb\nc'],
    ['what goes past the streams', 'import os\nos.write(1, b"low\\n")', 'low\n4'],
    ['top-level await', 'import asyncio\nawait asyncio.sleep(1000)\n7', '7'],
    ['a coroutine as the last value', 'async def f(): return 8\nf()', '8'],
    ['asyncio.run', 'import asyncio\nasync def f():\n  await asyncio.sleep(1000)\n  return 9\nasyncio.run(f())', '9'],
    [
      'timers in the order of their times',
      `import asyncio
async def f(s):
  await asyncio.sleep(s)
  print(s)
await asyncio.gather(f(3), f(1), f(2))`,
      '1\n2\n3\n[None, None, None]',
    ],
    ['a program that ends itself', 'import sys\nprint("end")\nsys.exit()', 'end'],
    [
      'the standard library',
      'import json, fractions\njson.dumps({"a": str(fractions.Fraction(1, 3) * 2)})',
      `'{"a": "2/3"}'`,
    ],
    ['no control characters', 'print("\\x1b[31m")', '\\u001b[31m'],
  ])('shows %s', async (_name, code, text) => {
    expect(await sandbox.run(code)).toEqual(ok(text));
  });

  test.each([
    ['syntax', 'if x', /SyntaxError: expected ':'/],
    ['runtime', 'x = 1\ndef f():\n  return x / 0\nf()', /^ZeroDivisionError: division by zero \(line 3\)$/],
    ['runtime', 'import sys\nsys.exit(3)', /^SystemExit: 3$/],
    ['runtime', 'raise KeyboardInterrupt', /^KeyboardInterrupt/],
    ['unserializable', 'class A:\n  def __repr__(self): return 1 / 0\nA()', /^ZeroDivisionError/],
  ])('tells a %s error in one sentence', async (kind, code, message) => {
    expect(await sandbox.run(code)).toMatchObject({ status: 'error', kind, message: expect.stringMatching(message) });
  });

  test('keeps its state from step to step, and from every step that threw', async () => {
    await using session = await sandbox.session({ globals: 'prices = {"tea": 3}\nprint("unseen")' });
    expect(await session.run('total = prices["tea"]\nimport math')).toEqual(ok(''));
    expect(await session.run('total += 2\n1 / 0')).toMatchObject({ kind: 'runtime' });
    expect(await session.run('total, math.floor(2.5)')).toEqual(ok('(5, 2)'));
  });

  test('undoes a step that was cut off', async () => {
    await using session = await sandbox.session();
    await session.run('x = 1');
    expect(await session.run('x = 2\nwhile True: pass')).toMatchObject({ kind: 'timeout' });
    expect(await session.run('x')).toEqual(ok('1'));
  });

  test('is the same in every run with the same seed: random numbers, random bytes, the clock, hashes, addresses', async () => {
    const code = `import random, os, uuid, time, datetime
print(random.random(), os.urandom(4), uuid.uuid4(), time.time(), time.monotonic(), datetime.datetime.now())
print({"a", "b", "c"}, object(), hash("x"))`;
    const first = await sandbox.run(code, { seed: 7, now: 1e12 });
    expect(await sandbox.run(code, { seed: 7, now: 1e12 })).toEqual(first);
    expect(first).toMatchObject({
      status: 'ok',
      text: expect.stringContaining(' 1000000000.0 0.0 2001-09-09 01:46:40'),
    });
    const other = await sandbox.run('import random, os\nrandom.random(), os.urandom(4)', { seed: 8 });
    const again = await sandbox.run('import random, os\nrandom.random(), os.urandom(4)', { seed: 9 });
    expect(other).not.toEqual(again);
    // 0.134364… is the first number of random.seed(1) in every CPython.
    expect(await sandbox.run('import random\nrandom.random()', { seed: 1 })).toEqual(ok('0.13436424411240122'));
  });

  test('a process serves one session, or one run, and no other', async () => {
    const code = 'import builtins\nbuiltins.leak = getattr(builtins, "leak", 0) + 1\nbuiltins.leak';
    expect([await sandbox.run(code), await sandbox.run(code)]).toEqual([ok('1'), ok('1')]);
  });

  test('more sessions than processes take turns, and come back by replay', async () => {
    const sessions = await Promise.all([0, 1, 2].map((seed) => sandbox.session({ seed })));
    await Promise.all(sessions.map((session, i) => session.run(`n = ${i}`)));
    const results = await Promise.all(sessions.map((session) => session.run('n += 10\nn')));
    expect(results).toEqual([ok('10'), ok('11'), ok('12')]);
    for (const session of sessions) await session.close();
    // One that serves, one that stands by, one on its way out.
    expect(sandbox.childPids().length).toBeLessThanOrEqual(3);
  });

  test('a session outlives its process', async () => {
    await using session = await sandbox.session();
    await session.run('x = 41');
    for (const pid of sandbox.childPids()) process.kill(pid, 'SIGKILL');
    expect(await session.run('x + 1')).toEqual(ok('42'));
  });

  test('a server answers for it as SandboxFusion does', async () => {
    await using server = await serveFusion({ sandboxes: { python: sandbox }, port: 0 });
    const runner = createFusionRunner({ url: server.url, language: 'python', retries: 0 });
    expect(await runner.run('print("a")\n1 + 1')).toEqual(ok('a'));
    const post = async (code: string, stdin: string) => {
      const response = await fetch(`${server.url}/run_code`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ code, stdin, language: 'python', run_timeout: 5 }),
      });
      return ((await response.json()) as { run_result: unknown }).run_result;
    };
    const stdin = '2 3\n"\\"\u00e9\u{1f600}\n';
    expect(
      await post('a, b = map(int, input().split())\nprint(a + b, input(), len(input.__name__))', stdin),
    ).toMatchObject({
      status: 'Finished',
      return_code: 0,
      stdout: '5 "\\"\u00e9\u{1f600} 5\n',
    });
    expect(await post('import sys\nprint(sys.stdin.read() == "")\nsys.exit(4)', '')).toMatchObject({
      status: 'Finished',
      return_code: 1,
      stdout: 'True\n',
    });
  });

  test('host tools are refused', async () => {
    await expect(sandbox.session({ tools: [add] })).rejects.toThrow('tools: Python cannot call host tools, got 1');
    await expect(sandbox.run('1', { tools: [add] })).rejects.toThrow('tools: Python cannot call host tools, got 1');
  });

  test('a module that cannot be imported is named at the start', async () => {
    await expect(pythonSandbox({ imports: ['nothing_there'] })).rejects.toThrow(
      /^python: the interpreter could not be prepared[\s\S]*No module named 'nothing_there'/,
    );
  });

  test('a signal ends a step', async () => {
    await using session = await sandbox.session();
    const abort = new AbortController();
    const running = session.run('while True: pass', { signal: abort.signal });
    setTimeout(() => abort.abort(), 50);
    expect(await running).toMatchObject({ kind: 'aborted' });
    expect(await session.run('1')).toEqual(ok('1'));
  });
});

test.each([
  [{ wheels: ['numpy-2.4.6-cp314-cp314-wasm32.whl'] }, 'wheels: must be of pure Python and end in -none-any.whl'],
  [{ wheels: ['gone-1.0-py3-none-any.whl'] }, 'wheels: must be files that are there'],
  [{ imports: ['a; b'] }, 'imports: must be names of modules, got a; b'],
])('refuses %o', async (options, message) => {
  await expect(createPythonSandbox(options)).rejects.toThrow(message);
});
