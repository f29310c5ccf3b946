import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { ChildCounter } from '../src/attack/child-counter.js';
import {
  createSandbox,
  defineTool,
  type Sandbox,
  type SandboxEvent,
  type SandboxOptions,
  SandboxUnavailableError,
  toToolResult,
} from '../src/index.js';

const limits = { cpuMs: 800, wallMs: 1000 };
const faultyChild = fileURLToPath(new URL('./data/faulty-child.mjs', import.meta.url));
const worker = fileURLToPath(new URL('../dist/worker/main.js', import.meta.url));

let sandbox: Sandbox | null = null;
const folders: string[] = [];
afterEach(async () => {
  await sandbox?.close();
  sandbox = null;
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

async function open(options: SandboxOptions = {}): Promise<Sandbox> {
  sandbox = await createSandbox({ children: 1, limits, ...options });
  return sandbox;
}

const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Children that run another program, without a jail. */
function program(file: string, ...args: string[]): SandboxOptions {
  return { jail: 'off', runtime: { name: 'a test', command: { file, args }, needsJail: false, startMs: 15_000 } };
}

const running = (...args: string[]) => program(process.execPath, ...args);

/** Children of which the first `times` misbehave at their first request. The folder holds a file for each that is left. */
function faulty(fault: string, times: number): { command: SandboxOptions; left: () => number } {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
  folders.push(folder);
  for (let i = 0; i < times; i++) writeFileSync(join(folder, String(i)), '');
  return {
    command: running('--no-node-snapshot', faultyChild, fault, folder, worker),
    left: () => readdirSync(folder).length,
  };
}

describe('a child that is lost from outside', () => {
  test('SIGKILL in mid-call: the call is done again and nobody notices', async () => {
    const box = await open();
    const session = await box.session({ seed: 7 });
    await session.run('let total = 1');
    // 50 million additions take tens of ms, so the kill comes in mid-call or before it.
    const call = session.run('for (let i = 0; i < 5e7; i++) total += 1; total');
    await later(10);
    for (const pid of box.childPids()) process.kill(pid, 'SIGKILL');
    expect(await call).toEqual({ status: 'ok', text: '50000001' });
  });

  test('SIGSTOP in mid-call: the stopped child is ended and the call done in another', async () => {
    const box = await open({ limits: { cpuMs: 400, wallMs: 500 } });
    const session = await box.session();
    await session.run('let x = 20');
    for (const pid of box.childPids()) process.kill(pid, 'SIGSTOP');
    const stopped = box.childPids();
    const call = session.run('x + 1');
    // The spare is stopped too: let a new one start in its place.
    await later(50);
    for (const pid of stopped.slice(1)) process.kill(pid, 'SIGCONT');
    expect(await call).toEqual({ status: 'ok', text: '21' });
    expect(box.childPids()).not.toContain(stopped[0]);
  });

  test('an idle child that dies costs its sessions nothing but a replay', async () => {
    const box = await open({ children: 2 });
    const sessions = await Promise.all(Array.from({ length: 8 }, (_, seed) => box.session({ seed })));
    const first = await Promise.all(sessions.map((session) => session.run('var r = Math.random(); r')));
    for (const pid of box.childPids()) process.kill(pid, 'SIGKILL');
    await later(30);
    const again = await Promise.all(sessions.map((session) => session.run('r')));
    expect(again).toEqual(first);
    // Different seeds, different numbers: no session got the state of another.
    expect(new Set(first.map((result) => (result.status === 'ok' ? result.text : ''))).size).toBe(8);
  });

  test('whoever waits has the spare to himself: its successor is started a moment later', async () => {
    const children = new ChildCounter();
    let tell: (count: number) => void = () => {};
    const atLoss = new Promise<number>((resolve) => {
      tell = resolve;
    });
    const observer = (event: SandboxEvent): void => {
      children.observer(event);
      // No timer fires in between, so what starts by one has not started.
      if (event.type === 'child-ended') setImmediate(() => tell(box.childPids().length));
    };
    const box = await open({ observer });
    await children.atLeast(2);
    process.kill(box.childPids()[0] as number, 'SIGKILL');
    expect(await atLoss).toBe(1);
    await children.atLeast(2);
    expect(box.childPids()).toHaveLength(2);
  });

  test('code that ends its process does not touch the sessions beside it', async () => {
    const box = await open({ limits: { cpuMs: 2000, wallMs: 2500 } });
    const innocent = await box.session({ seed: 3 });
    await innocent.run('let kept = [Math.random()]');
    const kept = await innocent.run('kept');
    const guilty = await box.session();
    // 500 million holes turned into elements: the engine gives up, and its process with it.
    const [crash, ...beside] = await Promise.all([
      guilty.run('const a = []; a.length = 1e8; for (let i = 0; i < 1e8; i++) a[i] = i; 1'),
      innocent.run('kept'),
      innocent.run('kept.push(Math.random()); kept.length'),
    ]);
    expect(['crashed', 'memory', 'timeout']).toContain(crash?.status === 'error' ? crash.kind : 'ok');
    expect(beside).toEqual([kept, { status: 'ok', text: '2' }]);
    expect(await guilty.run('typeof a')).toEqual({ status: 'ok', text: 'undefined' });
  });
});

describe('a child that misbehaves', () => {
  const faults = [
    'not-json',
    'not-a-reply',
    'wrong-id',
    'oversized',
    'long-text',
    'flood',
    'flood-ready',
    'stop',
    'sigkill',
  ];
  test.each(faults)('once, %s: the call is done again elsewhere', async (fault) => {
    const { command, left } = faulty(fault, 1);
    const box = await open({ ...command, limits: { cpuMs: 900, wallMs: 1000 } });
    expect(await box.run('6 * 7')).toEqual({ status: 'ok', text: '42' });
    expect(left()).toBe(0);
  });

  test.each(faults)('twice, %s: an infrastructure failure', async (fault) => {
    const { command } = faulty(fault, 2);
    // Starting its work must cost a stopped child less than a tenth of the limit, on a busy machine too.
    const box = await open({ ...command, limits: { cpuMs: 900, wallMs: 1000 } });
    const result = await box.run('6 * 7');
    expect(['internal', 'killed']).toContain(result.status === 'error' ? result.kind : 'ok');
    expect(toToolResult(result).status).toBe('infrastructure-failure');
  });

  test('what it did before the first request is not on the account of that one', async () => {
    // It uses 300 ms of the processor by itself and then stops: of the request's 1000 ms that would be more than a tenth.
    const { command, left } = faulty('stop-warm', 1);
    const box = await open({ ...command, limits: { cpuMs: 900, wallMs: 1000 } });
    await later(1500);
    expect(await box.run('6 * 7')).toEqual({ status: 'ok', text: '42' });
    expect(left()).toBe(0);
  });

  test('says that it was starved at once: nobody believes it, so that it is no way out', async () => {
    const { command, left } = faulty('says-starved', 1);
    // Long before the limit, also on a busy machine.
    const box = await open({ ...command, limits: { cpuMs: 60_000 } });
    expect(await box.run('6 * 7')).toMatchObject({ kind: 'timeout', limit: 'cpuMs' });
    expect(left()).toBe(0);
  });

  test('makes a call of a host tool again that was answered: the step is done again, and the call is not', async () => {
    const { command, left } = faulty('calls-again', 1);
    let made = 0;
    const add = defineTool({
      name: 'add',
      description: 'Counts.',
      inputSchema: { type: 'object' },
      execute: () => ++made,
    });
    const box = await open(command);
    expect(await box.run('await tools.add() + 41', { tools: [add] })).toEqual({ status: 'ok', text: '42' });
    expect(left()).toBe(0);
    expect(made).toBe(1);
  });

  test('closes its output: ended at the deadline, and done again elsewhere', async () => {
    const { command } = faulty('close-output', 1);
    const box = await open({ ...command, limits: { cpuMs: 400, wallMs: 500 } });
    expect(await box.run('6 * 7')).toEqual({ status: 'ok', text: '42' });
  });

  test('exits in mid-call once: done again alone; twice: crashed', async () => {
    const once = await open({ ...faulty('exit', 1).command });
    expect(await once.run('6 * 7')).toEqual({ status: 'ok', text: '42' });
    await once.close();
    const { command, left } = faulty('exit', 2);
    const children = new ChildCounter();
    const twice = await open({ ...command, observer: children.observer });
    while (left() > 0) await later(20);
    // The spare is the one that is asked the second time.
    await children.atLeast(2);
    const result = await twice.run('6 * 7');
    expect(result).toMatchObject({ kind: 'crashed' });
    expect(toToolResult(result).status).toBe('out-of-memory');
  });
});

describe('children that do not start', () => {
  const script = (source: string) => running('-e', source);

  test('every child dies at start: a clear error with the reason', async () => {
    const starting = createSandbox(script('console.error("no such luck"); process.exit(7)'));
    await expect(starting).rejects.toThrow(SandboxUnavailableError);
    await expect(createSandbox(script('console.error("no such luck"); process.exit(7)'))).rejects.toThrow(
      /no child process could be started, 3 attempts failed in a row; .*exit code 7.*\n?no such luck/s,
    );
  });

  test('a program that does not exist', async () => {
    await expect(createSandbox(program('/no/such/program'))).rejects.toThrow(/ENOENT|No such file/);
  });

  test('a child that sends garbage instead of ready', async () => {
    await expect(createSandbox(script('process.stdout.write("hello, world")'))).rejects.toThrow(
      SandboxUnavailableError,
    );
  });

  test('later on: calls fail as infrastructure, and work again when children start again', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
    folders.push(folder);
    const flag = join(folder, 'broken');
    const source = `if (require('node:fs').existsSync(${JSON.stringify(flag)})) process.exit(9); else import(${JSON.stringify(worker)})`;
    const reasons: string[] = [];
    const observer = (event: SandboxEvent) => {
      if (event.type === 'child-ended' && event.reason !== undefined) reasons.push(event.reason);
    };
    const box = await open({ ...running('--no-node-snapshot', '-e', source), observer });
    await box.run('1');
    writeFileSync(flag, '');
    // The spare may still be on its way up; a second round gets whoever came up meanwhile.
    for (let round = 0; round < 3; round++) {
      for (const pid of box.childPids()) process.kill(pid, 'SIGKILL');
      await later(100);
    }
    const result = await box.run('6 * 7');
    // Why is for the host alone.
    expect(result).toMatchObject({ kind: 'internal', message: 'no child process could be started' });
    expect(reasons).toContainEqual(expect.stringContaining('exit code 9'));
    expect(toToolResult(result).status).toBe('infrastructure-failure');
    rmSync(flag);
    const deadline = performance.now() + 10_000;
    let recovered = result;
    while (recovered.status === 'error' && performance.now() < deadline) recovered = await box.run('6 * 7');
    expect(recovered).toEqual({ status: 'ok', text: '42' });
  });
});

describe('giving up', () => {
  const aborted = { status: 'error', kind: 'aborted', message: 'the run was aborted', output: '' };

  test('before the start', async () => {
    const box = await open();
    const signal = AbortSignal.abort();
    expect(await box.run('1', { signal })).toEqual(aborted);
    const session = await box.session();
    expect(await session.run('1', { signal })).toEqual(aborted);
    expect(toToolResult(await box.run('1', { signal })).status).toBe('infrastructure-failure');
  });

  test('in the queue: the step never runs and the others go on', async () => {
    const box = await open();
    const session = await box.session();
    const controller = new AbortController();
    const first = session.run('let n = 0; for (let i = 0; i < 1e7; i++) n++; n');
    const second = session.run('n = -1', { signal: controller.signal });
    const third = session.run('n + 1');
    controller.abort();
    expect(await second).toEqual(aborted);
    expect(await first).toEqual({ status: 'ok', text: '10000000' });
    expect(await third).toEqual({ status: 'ok', text: '10000001' });
  });

  test('in flight: it ends at once, leaves no trace, and the session goes on', async () => {
    const box = await open();
    const session = await box.session();
    await session.run('let n = 1');
    const controller = new AbortController();
    const running = session.run('n = 2; for (;;) {}', { signal: controller.signal });
    const next = session.run('n');
    await later(30);
    controller.abort();
    expect(await running).toEqual(aborted);
    expect(await next).toEqual({ status: 'ok', text: '1' });
  });

  test('closing a session or the sandbox ends what runs and what waits; twice is once', async () => {
    const box = await open();
    const session = await box.session();
    const runs = [session.run('for (;;) {}'), session.run('1')];
    await session.close();
    await session.close();
    expect(await Promise.all(runs)).toEqual([aborted, aborted]);
    await expect(session.run('1')).rejects.toThrow('session: closed');

    const other = await box.session();
    const pending = [other.run('for (;;) {}'), box.run('for (;;) {}')];
    const pids = box.childPids();
    await Promise.all([box.close(), box.close()]);
    await box.close();
    expect(await Promise.all(pending)).toEqual([aborted, aborted]);
    await expect(other.run('1')).rejects.toThrow('session: closed');
    await expect(box.run('1')).rejects.toThrow('sandbox: closed');
    await expect(box.session()).rejects.toThrow('sandbox: closed');
    expect(pids.filter(isAlive)).toEqual([]);
  });
});

test('a parent that is killed takes a child stuck in native code with it', async () => {
  const index = new URL('../dist/index.js', import.meta.url).href;
  const source = `const { createSandbox } = await import(${JSON.stringify(index)});
    const box = await createSandbox({ children: 1, limits: { cpuMs: 60000 } });
    box.run('Array.prototype.fill.call({ length: 2 ** 53 - 1 }, 0)');
    setTimeout(() => { console.log(box.childPids().join()); process.kill(process.pid, 'SIGKILL') }, 200);`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', source], { encoding: 'utf8' });
  const pids = stdout.trim().split(',').map(Number);
  expect(pids.length).toBeGreaterThan(0);
  const alive = () => pids.filter((pid) => isAlive(pid));
  for (let wait = 0; wait < 50 && alive().length > 0; wait++) await later(100);
  expect(alive()).toEqual([]);
});

/** A zombie that nobody has reaped yet counts as gone. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
