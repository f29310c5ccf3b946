import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { createSandbox, defineTool, type Sandbox, type SandboxEvent, ToolError } from '../src/index.js';

const ok = (text: string) => ({ status: 'ok', text });
const events: SandboxEvent[] = [];
const made: string[] = [];
const begun: string[] = [];
const aborted: string[] = [];

const tools = [
  defineTool({
    name: 'price',
    description: 'The price of a thing.',
    inputSchema: z.object({ of: z.string() }),
    execute: ({ of }) => {
      made.push(of);
      return { of, euros: of.length };
    },
  }),
  defineTool({
    name: 'nothing',
    description: 'Gives nothing.',
    inputSchema: { type: 'object' },
    execute: () => undefined,
  }),
  defineTool({
    name: 'refuse',
    description: 'Says no.',
    inputSchema: { type: 'object' },
    execute: () => {
      throw new ToolError('no such \u001b[2Jthing');
    },
  }),
  defineTool({
    name: 'break',
    description: 'Fails.',
    inputSchema: { type: 'object' },
    execute: () => {
      throw new Error('password 1234 in /home/me');
    },
  }),
  defineTool({
    name: 'wait',
    description: 'Waits until it is told to stop.',
    inputSchema: { type: 'object' },
    execute: (_, { signal }) =>
      new Promise((resolve) => {
        begun.push('wait');
        signal.addEventListener('abort', () => {
          aborted.push('wait');
          resolve(1);
        });
      }),
  }),
  defineTool({
    name: 'big',
    description: 'Gives much.',
    inputSchema: { type: 'object' },
    execute: () => 'x'.repeat(2000),
  }),
];

describe('host tools', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await createSandbox({
      children: 1,
      limits: { toolCalls: 4, toolMs: 300, toolBytes: 1000 },
      observer: (event) => events.push(event),
    });
  });
  afterAll(() => sandbox.close());

  const run = async (code: string) => {
    const result = await sandbox.run(code, { tools });
    return result.status === 'ok' ? result.text : `${result.kind}: ${result.message}`;
  };

  test('are called from inside, with values in and out', async () => {
    expect(await run('const { euros } = await tools.price({ of: "tea" }); euros * 2')).toBe('6');
    expect(await run('[await tools.nothing(), typeof tools.price, Object.keys(tools).length]')).toBe(
      '[undefined, "function", 0]',
    );
    expect(await run('(await Promise.all(["a", "bb"].map((of) => tools.price({ of })))).map((p) => p.euros)')).toBe(
      '[1, 2]',
    );
    expect(await sandbox.run('typeof tools')).toEqual(ok('undefined'));
  });

  test('arguments are checked on the host, and mistakes are errors inside', async () => {
    expect(await run('await tools.price({ of: 1 })')).toMatch(/^runtime: Error: tool price: of: .*string/);
    expect(await run('await tools.price([1]).catch((e) => e instanceof Error)')).toBe('true');
    expect(await run('await tools.price(() => 1)')).toBe(
      'runtime: TypeError: tools.price: the arguments must be an object',
    );
    expect(await run('await tools.price({ of: 1n })')).toMatch(/^runtime: TypeError/);
  });

  test('what a tool says for the model reaches it, made visible; what it throws otherwise does not', async () => {
    expect(await run('await tools.refuse()')).toBe('runtime: Error: tool refuse: no such \\u001b[2Jthing');
    expect(await run('await tools.break().catch((e) => [e.message, e.stack, Object.keys(e).length].join())')).toBe(
      'tool break failed,Error: tool break failed,0',
    );
    // Nobody's code is to blame when the step ends by it.
    expect(await run('await tools.break()')).toBe('internal: Error: tool break failed');
    expect(await run('const p = tools.break(); await p')).toBe('internal: Error: tool break failed');
    // Code that goes on and then fails by itself is: else a tool that fails were a way out of every bad run.
    expect(await run('try { await tools.break() } catch {} throw new Error("mine")')).toBe('runtime: Error: mine');
    expect(await run('await tools.break().catch((e) => { throw new Error(e.message) })')).toBe(
      'runtime: Error: tool break failed',
    );
    const failed = events.find((event) => event.type === 'tool-call' && event.outcome === 'failed');
    expect(failed).toMatchObject({ tool: 'break', error: new Error('password 1234 in /home/me') });
  });

  test('are bounded in number, time and size', async () => {
    expect(await run('for (let i = 0; i < 5; i++) await tools.nothing()')).toBe(
      'runtime: RangeError: a step may call tools 4 times',
    );
    made.length = 0;
    expect(await run('for (;;) tools.price({ of: "x" })')).toMatch(/a step may call tools 4 times/);
    expect(made).toHaveLength(4);
    expect(await run('await tools.wait()')).toBe('runtime: Error: tool wait: the time limit is 300 ms');
    expect(aborted).toEqual(['wait']);
    expect(await run('await tools.big()')).toBe(
      'runtime: Error: tool big: the result has 2002 bytes, the limit is 1000',
    );
    expect(await run('await tools.price({ of: "x".repeat(1000) })')).toBe(
      'runtime: RangeError: tools.price: the arguments limit is 1000 bytes',
    );
  });

  test('a step waits for every call that it made', async () => {
    made.length = 0;
    expect(await run('tools.price({ of: "late" }).then((p) => console.log(p.euros)); 7')).toBe('4\n7');
    expect(made).toEqual(['late']);
  });

  test('are aborted with the run, and with the session', async () => {
    aborted.length = 0;
    begun.length = 0;
    const controller = new AbortController();
    await using patient = await createSandbox({ children: 1 });
    const session = await patient.session({ tools });
    const running = session.run('await tools.wait()', { signal: controller.signal });
    await vi.waitUntil(() => begun.length === 1, { timeout: 10_000 });
    controller.abort();
    expect(await running).toMatchObject({ kind: 'aborted' });
    const other = session.run('await tools.wait()');
    await vi.waitUntil(() => begun.length === 2, { timeout: 10_000 });
    await session.close();
    expect(await other).toMatchObject({ kind: 'aborted' });
    expect(aborted).toEqual(['wait', 'wait']);
  });

  /** Ends all children, spares too, and waits until the pool knows: two that die unnoticed would be two faults. */
  async function killChildren(): Promise<void> {
    const pids = sandbox.childPids();
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    await vi.waitFor(() => expect(sandbox.childPids().filter((pid) => pids.includes(pid))).toEqual([]), 15_000);
  }

  test('are not called again when a session is played again, and a retried step does not call twice', async () => {
    await using session = await sandbox.session({ tools, seed: 3 });
    made.length = 0;
    expect(await session.run('const first = await tools.price({ of: "cake" }); first.euros')).toEqual(ok('4'));
    await killChildren();
    expect(await session.run('first')).toEqual(ok('{of: "cake", euros: 4}'));
    // The child is lost between the first call and the second.
    const lost = defineTool({
      name: 'lose',
      description: 'Loses the child.',
      inputSchema: { type: 'object' },
      execute: async () => {
        await killChildren();
        return 'lost';
      },
    });
    await using second = await sandbox.session({ tools: [...tools, lost] });
    const code = 'const a = await tools.price({ of: "once" }); const b = await tools.lose(); [a.euros, b]';
    expect(await second.run(code)).toEqual(ok('[4, "lost"]'));
    expect(made).toEqual(['cake', 'once']);
  });

  test('their answers come in the order in which they are ready, also when played again', async () => {
    const slow = defineTool({
      name: 'slow',
      description: 'Answers after some ms.',
      inputSchema: z.object({ ms: z.number() }),
      execute: ({ ms }) => new Promise((resolve) => setTimeout(() => resolve(ms), ms)),
    });
    await using session = await sandbox.session({ tools: [slow] });
    const race =
      'const seen = []; await Promise.all([120, 1].map((ms) => tools.slow({ ms }).then((m) => seen.push(m)))); seen';
    expect(await session.run(race)).toEqual(ok('[1, 120]'));
    await killChildren();
    expect(await session.run('seen')).toEqual(ok('[1, 120]'));
  });

  test('globals that fail end the run as they say, and with a signal too', async () => {
    const outcome = async (globals: string, signal?: AbortSignal) => {
      const result = await sandbox.run('1', { tools, globals, ...(signal !== undefined && { signal }) });
      return result.status === 'ok' ? result.text : result.kind;
    };
    expect(await outcome('for (;;);')).toBe('timeout');
    expect(await outcome('const a = []; for (;;) a.push(new Array(1e4).fill(1.5))')).toMatch(/^(memory|timeout)$/);
    expect(await outcome('null.x')).toBe('runtime');
    expect(await outcome('let =')).toBe('syntax');
    expect(await outcome('1', AbortSignal.abort())).toBe('aborted');
    await expect(sandbox.session({ globals: 'null.x' })).rejects.toMatchObject({
      name: 'SessionOpenError',
      result: { kind: 'runtime', message: expect.stringMatching(/^TypeError/) },
    });
  });

  test('two of one name are refused', async () => {
    await expect(sandbox.session({ tools: [...tools, ...tools] })).rejects.toThrow('tools: must have different names');
  });

  test('the globals cannot call them', async () => {
    await expect(sandbox.session({ tools, globals: 'await tools.nothing()' })).rejects.toThrow('cannot call tools');
  });
});
