import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { createSandbox, defineTool, type Sandbox, type SandboxSession } from '../src/index.js';

const aborted = { status: 'error', kind: 'aborted', message: 'the run was aborted', output: '' };
const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const index = new URL('../dist/index.js', import.meta.url).href;

/** A host in a process of its own, perhaps under limits of the system; what it prints. */
function host(source: string, ...limits: string[]): string {
  const node = [
    process.execPath,
    '--input-type=module',
    '-e',
    `import { createSandbox } from ${JSON.stringify(index)};\n${source}`,
  ];
  const [file = '', ...args] = limits.length === 0 ? node : ['/usr/bin/prlimit', ...limits, '--', ...node];
  const { stdout, stderr } = spawnSync(file, args, { encoding: 'utf8', timeout: 60_000 });
  return stdout.trim() || stderr;
}

const hasPrlimit = existsSync('/usr/bin/prlimit');

test.skipIf(!hasPrlimit)(
  'no file descriptors left: calls fail as infrastructure, and work again when there are some',
  () => {
    const said = host(
      `import { closeSync, openSync } from 'node:fs';
    const box = await createSandbox({ children: 1 });
    const held = [];
    try { for (;;) held.push(openSync('/dev/null', 'r')); } catch {}
    for (const pid of box.childPids()) process.kill(pid, 'SIGKILL');
    // A spare that had come up before still answers; nobody can take its place.
    let lost;
    for (let i = 0; i < 50; i++) {
      for (const pid of box.childPids()) process.kill(pid, 'SIGKILL');
      lost = await box.run('6 * 7');
      if (lost.status !== 'ok') break;
    }
    for (const fd of held) closeSync(fd);
    let again = lost;
    for (let i = 0; i < 100 && again.status !== 'ok'; i++) again = await box.run('6 * 7');
    console.log(lost.status === 'ok' ? lost.text : lost.kind, again.text);
    await box.close();`,
      '--nofile=128',
    );
    expect(said).toMatch(/^(internal|killed) 42$/);
  },
);

test.skipIf(!hasPrlimit)('disk full: JavaScript writes nothing, so nothing is missed', () => {
  const said = host(
    `const box = await createSandbox({ children: 1 });
    const session = await box.session();
    await session.run('let x = 6');
    for (const pid of box.childPids()) process.kill(pid, 'SIGKILL');
    const { text } = await session.run('x * 7');
    console.log(text);
    await box.close();`,
    '--fsize=0',
  );
  expect(said).toBe('42');
});

test('a host that forgets to close and exits leaves no children behind', async () => {
  const said = host(
    `const box = await createSandbox({ children: 2 });
    void box.run('for (;;);');
    console.log(box.childPids().join());
    process.exit(0);`,
  );
  const pids = said.split(',').map(Number);
  expect(pids.length).toBeGreaterThan(1);
  const alive = () => pids.filter((pid) => existsSync(`/proc/${pid}`));
  for (let i = 0; i < 100 && alive().length > 0; i++) await later(50);
  expect(alive()).toEqual([]);
});

describe('giving up, at every stage', () => {
  let sandbox: Sandbox | null = null;
  afterEach(async () => {
    await sandbox?.close();
    sandbox = null;
  });

  const hanging = defineTool({
    name: 'hang',
    description: 'Never answers.',
    inputSchema: { type: 'object' },
    execute: () => new Promise(() => {}),
  });

  const stages: readonly [
    string,
    (session: SandboxSession) => { code: string; after: Promise<unknown> },
    endless?: boolean,
  ][] = [
    ['at once', () => ({ code: '1', after: Promise.resolve() })],
    ['while the isolate is made', () => ({ code: 'var made = 1; made', after: later(1) })],
    ['while it runs', () => ({ code: 'for (;;);', after: later(60) }), true],
    [
      'while it is in native code',
      () => ({ code: 'Array.prototype.fill.call({length:2**53-1},0)', after: later(60) }),
      true,
    ],
    ['while it waits for a host tool', () => ({ code: 'await tools.hang()', after: later(60) }), true],
    [
      'while it is played again',
      (session) => {
        const filled = session.run('var a = []; for (let i = 0; i < 3e5; i++) a.push(i); a.length');
        return {
          code: 'a.length',
          after: filled.then(() => {
            for (const pid of sandbox?.childPids() ?? []) process.kill(pid, 'SIGKILL');
          }),
        };
      },
    ],
  ];

  test.each(stages)('%s: the run ends, and the session goes on', async (_, stage, endless = false) => {
    sandbox = await createSandbox({ children: 1, limits: { cpuMs: 2000 } });
    const session = await sandbox.session({ tools: [hanging] });
    await session.run('let kept = 41');
    const controller = new AbortController();
    const { code, after } = stage(session);
    const run = session.run(code, { signal: controller.signal });
    await after;
    controller.abort();
    const result = await run;
    // Short code may be done before.
    if (result.status === 'error' || endless) expect(result).toEqual(aborted);
    expect(await session.run('kept + 1')).toEqual({ status: 'ok', text: '42' });
  });

  test('while the spare still starts: closing ends it too, and what runs', async () => {
    const started = await createSandbox({ children: 2 });
    const run = started.run('for (;;);');
    const pids = started.childPids();
    expect(pids.length).toBeGreaterThanOrEqual(2);
    await started.close();
    expect(await run).toEqual(aborted);
    // What was killed needs the processor once more to end, and may not get it at once.
    const alive = () => pids.filter((pid) => existsSync(`/proc/${pid}`));
    for (let i = 0; i < 200 && alive().length > 0; i++) await later(50);
    expect(alive()).toEqual([]);
    await started.close();
  }, 60_000);
});
