import { expect, test } from 'vitest';
import { createSandbox, type SandboxLimits } from '../src/index.js';

const fill = 'const a = []; for (;;) a.push(new Array(1e4).fill(1.5))';
/** So much that memory is full long before, on a busy machine too. */
const long = 60_000;

/** The limits that end a run, each with what passes it alone. */
const rows: readonly [
  limit: keyof SandboxLimits,
  kind: string,
  code: string,
  limits: Partial<SandboxLimits>,
  text: string,
][] = [
  ['cpuMs', 'timeout', 'for (;;);', { cpuMs: 1000, wallMs: long }, 'the time limit is 1000 ms'],
  [
    'wallMs',
    'timeout',
    'Array.prototype.fill.call({ length: 2 ** 53 - 1 }, 0)',
    { cpuMs: 1500, wallMs: 1500 },
    'the time limit is 1500 ms',
  ],
  ['memoryMb', 'memory', fill, { memoryMb: 16, cpuMs: long }, 'the memory limit is 16 MB'],
  [
    'hardMemoryMb',
    'memory',
    fill,
    { memoryMb: 2048, hardMemoryMb: 192, cpuMs: long },
    'the hard memory limit is 192 MB',
  ],
  [
    'outputBytes',
    'output-limit',
    'for (;;) console.log("x")',
    { outputBytes: 100 },
    'the code printed many times its output limit',
  ],
  ['sourceBytes', 'source-too-large', '"€€€€"', { sourceBytes: 13 }, 'the source limit is 13 bytes'],
];

test.each(rows)('%s: %s, and the result says which limit it was', async (limit, kind, code, limits, message) => {
  await using sandbox = await createSandbox({ children: 1, limits });
  expect(await sandbox.run(code)).toMatchObject({ status: 'error', kind, limit, message });
  expect(await sandbox.run('6*7')).toEqual({ status: 'ok', text: '42' });
});

test('stepsPerSession: runtime', async () => {
  await using sandbox = await createSandbox({ children: 1, limits: { stepsPerSession: 1 } });
  await using session = await sandbox.session();
  await session.run('1');
  expect(await session.run('1')).toMatchObject({ kind: 'runtime', limit: 'stepsPerSession' });
});

test('valueBytes: the value is cut, and says so', async () => {
  await using sandbox = await createSandbox({ children: 1, limits: { valueBytes: 64 } });
  expect(await sandbox.run('"€".repeat(99)')).toEqual({ status: 'ok', text: `${'€'.repeat(21)}… [cut at 64 bytes]` });
});
