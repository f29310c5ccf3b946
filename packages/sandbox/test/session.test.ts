import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createSandbox, type Sandbox, type SandboxSession } from '../src/index.js';

const ok = (text: string) => ({ status: 'ok', text });

describe('session', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await createSandbox({ children: 2, limits: { cpuMs: 1000, stepsPerSession: 50, sourceBytes: 1000 } });
  });
  afterAll(() => sandbox.close());

  async function texts(steps: readonly string[], session?: SandboxSession): Promise<string[]> {
    const own = session ?? (await sandbox.session());
    const shown: string[] = [];
    for (const step of steps) {
      const result = await own.run(step);
      shown.push(result.status === 'ok' ? result.text : `${result.kind}: ${result.message}`);
    }
    if (session === undefined) await own.close();
    return shown;
  }

  test('keeps names, and lets them be declared again', async () => {
    expect(await texts(['let x = 1', 'x', 'let x = x + 1; x', 'const x = "s"', 'x', 'let x; x'])).toEqual([
      'undefined',
      '1',
      '2',
      'undefined',
      's',
      'undefined',
    ]);
    expect(await texts(['class A { f() { return 1 } }', 'class A { f() { return 2 } }', 'new A().f()'])).toEqual([
      'undefined',
      'undefined',
      '2',
    ]);
    expect(
      await texts([
        'function f() { return 1 }',
        'const { a, b: [c, ...d] } = { a: 1, b: [2, 3, 4] }',
        '[f(), a, c, d]',
      ]),
    ).toEqual(['undefined', 'undefined', '[1, 1, 2, [3, 4]]']);
  });

  test('blocks and functions keep their own names', async () => {
    expect(await texts(['{ let hidden = 1 } typeof hidden', 'for (let i = 0; i < 3; i++); typeof i'])).toEqual([
      'undefined',
      'undefined',
    ]);
  });

  test('awaits at the top level, and waits for a promise that is the last value', async () => {
    expect(
      await texts([
        'const value = await Promise.resolve(20); function next() { return value + 1 }',
        'next()',
        'let { n } = await Promise.resolve({ n: 2 }); for (var i of [1, 2]) { n += await i } n',
        'n + i',
        '(async () => { await null; return "done" })()',
        'await Promise.reject(new TypeError("no"))',
        'await new Promise(() => {})',
      ]),
    ).toEqual([
      'undefined',
      '21',
      '5',
      '7',
      'done',
      'runtime: TypeError: no',
      'runtime: Error: the awaited promise never settles',
    ]);
  });

  test('prints what was logged, then the value', async () => {
    expect(await texts(['console.log("a", 1, [2]); console.error({ b: "c" }); 3', 'console.log("only")'])).toEqual([
      'a 1 [2]\n{b: "c"}\n3',
      'only',
    ]);
  });

  test('logs of microtasks belong to their step', async () => {
    expect(await texts(['Promise.resolve().then(() => console.log("late")); 1', '2'])).toEqual(['late\n1', '2']);
  });

  test('an error keeps what was done and printed before it', async () => {
    const session = await sandbox.session();
    expect(await session.run('let a = 1; console.log("here"); a = 2; throw new RangeError("x")')).toEqual({
      status: 'error',
      kind: 'runtime',
      message: 'RangeError: x',
      output: 'here',
    });
    expect(await session.run('a')).toEqual(ok('2'));
    await session.close();
  });

  test('tells syntax errors of the code from those that it throws', async () => {
    const kinds: string[] = [];
    for (const code of [
      'let = ;',
      'return 1',
      'import x from "y"',
      'new Function("(")',
      'JSON.parse("{")',
      'throw "text"',
    ]) {
      const result = await sandbox.run(code);
      kinds.push(result.status === 'error' ? result.kind : 'ok');
    }
    expect(kinds).toEqual(['syntax', 'syntax', 'syntax', 'runtime', 'runtime', 'runtime']);
  });

  test('a step that only the parser here gave up on has run, so what it throws is its own and its effects stay', async () => {
    await using roomy = await createSandbox({ children: 1 });
    const session = await roomy.session();
    const deep = `${'['.repeat(1500)}${']'.repeat(1500)}`;
    // A template literal sends it to the parser, whose stack ends before that of the engine.
    const result = await session.run(`\`t\`; globalThis.y = 5; let z = ${deep}; JSON.parse("{")`);
    expect(result).toMatchObject({ kind: 'runtime' });
    expect(await session.run('y')).toEqual(ok('5'));
  });

  test('a timeout leaves no trace', async () => {
    const session = await sandbox.session();
    await session.run('let n = 1');
    expect(await session.run('n = 2; for (;;) {}')).toMatchObject({ kind: 'timeout' });
    expect(await session.run('n')).toEqual(ok('1'));
    await session.close();
  });

  test('globals are there, for steps and for single runs, and print nothing', async () => {
    const globals = 'const table = { a: 1 }; function look(key) { return table[key] } console.log("quiet")';
    expect(await texts(['look("a")', 'look = null', 'look'], await sandbox.session({ globals }))).toEqual([
      '1',
      'null',
      'null',
    ]);
    expect(await sandbox.run('look("a")', { globals })).toEqual(ok('1'));
    await expect(sandbox.session({ globals: 'throw new Error("bad tool")' })).rejects.toThrow(
      /runtime: Error: bad tool/,
    );
    await expect(sandbox.session({ globals: 'let (' })).rejects.toThrow(/syntax/);
  });

  test('the same seed gives the same session, another seed another one', async () => {
    const steps = ['[Math.random(), Math.random()]', 'Math.random()', 'Date.now() + new Date().toISOString()'];
    const [a, b, c] = await Promise.all([5, 5, 6].map(async (seed) => texts(steps, await sandbox.session({ seed }))));
    expect(a).toEqual(b);
    expect(a).not.toEqual(c);
    expect(a?.[2]).toBe('17356896000002025-01-01T00:00:00.000Z');
    const draws = await sandbox.run(
      'let sum = 0; for (let i = 0; i < 1e5; i++) sum += Math.random(); Math.round(sum / 1e3)',
    );
    // Mean 1/2, standard error 0.29 / sqrt(1e5) < 0.001: 50 to within a fifteenth.
    expect(draws).toEqual(ok('50'));
  });

  test('has limits of source and of steps', async () => {
    const session = await sandbox.session();
    // Each é takes two bytes: 501 of them and two quotes are 1004.
    expect(await session.run(`"${'é'.repeat(501)}"`)).toMatchObject({ kind: 'source-too-large' });
    for (let step = 0; step < 50; step++) expect((await session.run('1')).status).toBe('ok');
    expect(await session.run('1')).toEqual({
      status: 'error',
      kind: 'runtime',
      message: 'Error: the session has had its 50 steps',
      output: '',
      limit: 'stepsPerSession',
    });
    await session.close();
  });

  test('sees nothing of the host', async () => {
    const names =
      'process require module Buffer global fetch setTimeout performance structuredClone queueMicrotask'.split(' ');
    const code = `[${names.map((name) => `typeof ${name}`).join()}, typeof Function('return this')().process].join()`;
    expect(await sandbox.run(code)).toEqual(ok(Array(11).fill('undefined').join()));
  });

  test('200 sessions at once keep their states apart', async () => {
    const sessions = await Promise.all(Array.from({ length: 200 }, (_, seed) => sandbox.session({ seed })));
    await Promise.all(sessions.map((session, place) => session.run(`let mine = ${place}`)));
    const results = await Promise.all(sessions.map((session) => session.run('mine += 1000; mine')));
    expect(results).toEqual(sessions.map((_, place) => ok(String(1000 + place))));
    await Promise.all(sessions.map((session) => session.close()));
  });
});

test('parked sessions come back with their state', async () => {
  await using sandbox = await createSandbox({ children: 1, sessionsPerChild: 2 });
  const sessions = await Promise.all([1, 2, 3, 4, 5].map((seed) => sandbox.session({ seed })));
  const before = await Promise.all(sessions.map((session) => session.run('var list = [Math.random()]; list')));
  const after = await Promise.all(sessions.map((session) => session.run('list')));
  expect(after).toEqual(before);
  // The stream of random numbers goes on where it was: the same as without a break.
  const whole = await sandbox.run('[Math.random(), Math.random()][1]', { seed: 1 });
  expect(await sessions[0]?.run('Math.random()')).toEqual(whole);
});

test('children are replaced after their share of requests', async () => {
  await using sandbox = await createSandbox({ children: 1, requestsPerChild: 10 });
  const session = await sandbox.session();
  await session.run('let n = 0');
  const pids = new Set<number>();
  for (let step = 1; step <= 15; step++) {
    expect(await session.run('++n')).toEqual(ok(String(step)));
    expect(await sandbox.run('1')).toEqual(ok('1'));
    for (const pid of sandbox.childPids()) pids.add(pid);
  }
  expect(pids.size).toBeGreaterThan(1);
});

test('a spare that has run itself in is like a child that has not', async () => {
  const code = '[typeof x, typeof f, new Date().toISOString(), Math.random(), Object.keys(globalThis)]';
  await using sandbox = await createSandbox({ children: 1 });
  const fresh = await sandbox.run(code, { seed: 5 });
  const [first] = sandbox.childPids();
  await vi.waitFor(() => expect(sandbox.childPids()).toHaveLength(2), 15_000);
  // It says that it is ready, stands by for 30 ms, and then does what takes some ms.
  await new Promise((resolve) => setTimeout(resolve, 500));
  process.kill(first as number, 'SIGKILL');
  const session = await sandbox.session({ seed: 5 });
  expect(await session.run(code)).toEqual(fresh);
  expect(sandbox.childPids()).not.toContain(first);
});

test('as a code runner', async () => {
  await using sandbox = await createSandbox({ children: 1 });
  const runner = sandbox.codeRunner();
  expect(await runner.run('1 + 1')).toEqual({ status: 'ok', text: '2' });
  expect(await runner.run('nothing')).toEqual({ status: 'error', text: 'ReferenceError: nothing is not defined' });
});

test('options outside their range', async () => {
  await expect(createSandbox({ children: 0 })).rejects.toThrow(RangeError);
  await expect(createSandbox({ now: Number.NaN })).rejects.toThrow(
    'now: must be a time in ms that a Date holds, got NaN',
  );
  await expect(createSandbox({ limits: { memoryMb: 4 } })).rejects.toThrow(
    'limits.memoryMb: must be an integer from 8',
  );
  await using sandbox = await createSandbox({ children: 1 });
  await expect(sandbox.session({ seed: -1 })).rejects.toThrow('seed: must be an integer from 0 to 2^53 - 1, got -1');
  await expect(sandbox.run('1', { seed: 0.5 })).rejects.toThrow(RangeError);
});
