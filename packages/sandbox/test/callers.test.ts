import { describe, expect, test, vi } from 'vitest';
import { createSandbox, SandboxBusyError, type SandboxEvent } from '../src/index.js';
import { Lanes } from '../src/pool/lanes.js';

const ok = (text: string) => ({ status: 'ok', text });
const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test('a run that is given up in the queue leaves nothing of its caller behind', async () => {
  const enter = vi.spyOn(Lanes.prototype, 'enter');
  const leave = vi.spyOn(Lanes.prototype, 'leave');
  await using sandbox = await createSandbox({ children: 1, limits: { cpuMs: 300 } });
  const controller = new AbortController();
  const { signal } = controller;
  const runs = Array.from({ length: 6 }, () => sandbox.run('for (;;);', { caller: 'a', signal }));
  controller.abort();
  for (const run of runs) expect(await run).toMatchObject({ kind: 'aborted' });
  expect(await sandbox.run('1')).toEqual(ok('1'));
  expect(enter).toHaveBeenCalledTimes(7);
  expect(leave).toHaveBeenCalledTimes(7);
  vi.restoreAllMocks();
});

describe('back-pressure', () => {
  test('one more than may wait is refused, and there is room again later', async () => {
    await using sandbox = await createSandbox({ children: 1, maxWaiting: 3, limits: { cpuMs: 10_000 } });
    // Four find a place in the child, three wait.
    const runs = Array.from({ length: 7 }, (_, i) => sandbox.run(`for (let i = 0; i < 1e7; i++); ${i}`));
    await expect(sandbox.run('1')).rejects.toThrow(SandboxBusyError);
    await expect(sandbox.run('1')).rejects.toThrow('at most 3 runs may wait (maxWaiting)');
    expect(await sandbox.codeRunner().run('1')).toMatchObject({ status: 'infrastructure-failure' });
    await sandbox.room();
    const late = sandbox.run('"late"');
    expect(await Promise.all(runs)).toEqual([0, 1, 2, 3, 4, 5, 6].map((i) => ok(String(i))));
    expect(await late).toEqual(ok('late'));
  });

  test('waiting for room can be given up, and ends with the sandbox', async () => {
    const sandbox = await createSandbox({ children: 1, maxWaiting: 1, limits: { cpuMs: 400 } });
    const runs = Array.from({ length: 5 }, () => sandbox.run('for (;;);'));
    const controller = new AbortController();
    const room = sandbox.room({ signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(room).rejects.toThrow('enough');
    const second = sandbox.room();
    await Promise.all([expect(second).rejects.toThrow('sandbox: closed'), later(20).then(() => sandbox.close())]);
    for (const run of runs) expect(await run).toMatchObject({ kind: 'aborted' });
  });

  test('a signal frees a place in the queue', async () => {
    await using sandbox = await createSandbox({ children: 1, maxWaiting: 1, limits: { cpuMs: 500 } });
    const controller = new AbortController();
    const running = [sandbox.run('for (;;);'), ...Array.from({ length: 3 }, () => sandbox.run('2'))];
    const waiting = sandbox.run('3', { signal: controller.signal });
    await expect(sandbox.run('4')).rejects.toThrow(SandboxBusyError);
    controller.abort();
    expect(await waiting).toMatchObject({ kind: 'aborted' });
    expect(await sandbox.run('4')).toEqual(ok('4'));
    expect(await running[1]).toEqual(ok('2'));
  });
});

test('callers take turns: a flood of one does not hold up another', async () => {
  await using sandbox = await createSandbox({ children: 1 });
  const order: string[] = [];
  const flood = Array.from({ length: 300 }, (_, i) =>
    sandbox.run('1', { caller: 'flood' }).then(() => order.push(`flood ${i}`)),
  );
  await sandbox.run('2', { caller: 'other' }).then(() => order.push('other'));
  // Four of the flood were in the child before it, and a few may stand level with it.
  expect(order.indexOf('other')).toBeLessThan(20);
  await Promise.all(flood);
  expect(order).toHaveLength(301);
});

test('long work of one caller leaves a child to the short work of others', async () => {
  await using sandbox = await createSandbox({ children: 2, limits: { cpuMs: 400 } });
  // The first time nobody knows that it is long.
  await sandbox.run('for (;;);', { caller: 'long' });
  const long = Array.from({ length: 6 }, () => sandbox.run('for (;;);', { caller: 'long' }));
  let slowest = 0;
  for (let i = 0; i < 20; i++) {
    const startedAt = performance.now();
    expect(await sandbox.run(String(i), { caller: 'short' })).toEqual(ok(String(i)));
    if (i > 0) slowest = Math.max(slowest, performance.now() - startedAt);
  }
  // Six times 400 ms on one child take 2400 ms; behind them short work would have had to wait for 400 ms each.
  expect(slowest).toBeLessThan(2000);
  for (const run of long) expect(['timeout', 'killed']).toContain(((await run) as { kind: string }).kind);
});

test('an idle session is parked, and comes back as it was', async () => {
  await using sandbox = await createSandbox({ children: 1, parkAfterMs: 50 });
  const session = await sandbox.session({ seed: 5 });
  const first = await session.run('var list = [Math.random()]; list');
  await later(200);
  expect(await session.run('list')).toEqual(first);
  await session.close();
});

test('a thousand sessions open at once have a state each', async () => {
  await using sandbox = await createSandbox({ children: 2, sessionsPerChild: 64 });
  const sessions = await Promise.all(Array.from({ length: 1000 }, (_, seed) => sandbox.session({ seed })));
  await Promise.all(sessions.map((session, place) => session.run(`let mine = ${place}`)));
  const results = await Promise.all(sessions.map((session) => session.run('mine * 2')));
  expect(results).toEqual(sessions.map((_, place) => ok(String(2 * place))));
}, 120_000);

test('every session has its own clock and stream of random numbers', async () => {
  await using sandbox = await createSandbox({ children: 1 });
  expect(await sandbox.run('Date.now()', { now: 12345 })).toEqual(ok('12345'));
  await using session = await sandbox.session({ now: Date.UTC(2000, 1, 2) });
  expect(await session.run('new Date().toISOString()')).toEqual(ok('2000-02-02T00:00:00.000Z'));
  await expect(sandbox.run('1', { now: Number.NaN })).rejects.toThrow(RangeError);
});

test('an observer learns of runs and children; what it throws becomes a warning', async () => {
  const events: SandboxEvent[] = [];
  const warnings: Error[] = [];
  const onWarning = (warning: Error) => warnings.push(warning);
  process.on('warning', onWarning);
  {
    await using sandbox = await createSandbox({
      children: 1,
      limits: { cpuMs: 200 },
      observer: (event) => {
        events.push(event);
        throw new Error('an observer that throws');
      },
    });
    await sandbox.run('1');
    await using session = await sandbox.session();
    await session.run('throw 1');
  }
  await later(20);
  process.removeListener('warning', onWarning);
  const runs = events.filter((event) => event.type === 'run');
  expect(runs.map(({ of, outcome, retries }) => [of, outcome, retries])).toEqual([
    ['run', 'ok', 0],
    ['step', 'runtime', 0],
  ]);
  for (const { queueMs, runMs } of runs) {
    expect(queueMs).toBeGreaterThanOrEqual(0);
    expect(runMs).toBeGreaterThan(0);
  }
  expect(events.some((event) => event.type === 'child-ended' && event.cause === 'closed')).toBe(true);
  expect(warnings[0]?.message).toBe('an observer that throws');
});
