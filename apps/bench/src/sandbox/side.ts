// One side of a comparison, in a process of its own: `node side.js KIND`.
import { createSandbox } from '@turnwise/sandbox';
import { attack } from '@turnwise/sandbox/attack';
import { serve, timed } from '../ours/serve.js';
import { answerOf, type Contender } from './contender.js';
import { sessionSteps, statelessCalls } from './contenders/ours.js';
import { nodeProcesses, pythonProcesses } from './contenders/processes.js';
import { quickJs } from './contenders/quickjs.js';
import { rawIsolates, rawSteps } from './contenders/raw-isolates.js';
import { vmThreads } from './contenders/vm-threads.js';
import { sessionsMemory } from './sessions-memory.js';

const contenders: Readonly<Record<string, () => Promise<Contender>>> = {
  stateless: statelessCalls,
  steps: sessionSteps,
  raw: rawIsolates,
  'raw-steps': rawSteps,
  node: nodeProcesses,
  python: pythonProcesses,
  vm: vmThreads,
  quickjs: quickJs,
};

// Only replies go to stdout.
console.log = console.error;
const kind = process.argv[2] ?? '';
if (kind === 'whole') await serveWhole();
else await serveCalls(kind);
process.exit(0);

/** Samples of calls: how long one takes when many are under way. */
async function serveCalls(name: string): Promise<void> {
  const make = contenders[name];
  if (make === undefined) throw new RangeError(`kind: one of ${Object.keys(contenders).join(', ')}, got ${name}`);
  const contender = await make();
  const { call, versions, calls } = contender;
  let n = 0;
  const batch = async (): Promise<void> => {
    const numbers = Array.from({ length: calls }, () => ++n % 1000);
    const texts = await Promise.all(numbers.map((number) => contender.run(number)));
    const wrong = texts.findIndex((text, i) => text !== answerOf(numbers[i] as number));
    if (wrong !== -1) throw new Error(`${name}: must be ${answerOf(numbers[wrong] as number)}, got ${texts[wrong]}`);
  };
  await contender.prepare?.();
  for (let i = 0; i < 2; i++) await batch();
  const sample = timed(batch);
  await serve({
    ready: { call, versions, threads: 2, parameters: 0 },
    actions: {
      sample: async (request) => {
        await contender.prepare?.();
        const { seconds, cpuSeconds } = (await sample(request)) as { seconds: number; cpuSeconds: number };
        return { seconds: seconds / calls, cpuSeconds };
      },
    },
  });
  await contender.close();
}

/** What is about the whole sandbox: its start, the loss of a child, an attack. */
async function serveWhole(): Promise<void> {
  await serve({
    ready: { call: 'createSandbox()', versions: { node: process.versions.node }, threads: 2, parameters: 0 },
    actions: {
      start: async () => {
        const startedAt = performance.now();
        const sandbox = await createSandbox();
        await sandbox.run('1 + 1');
        const ms = performance.now() - startedAt;
        await sandbox.close();
        return { ms };
      },
      swap: swapTimes,
      attack: async ({ minutes }) => ({ ...(await attack({ minutes: Number(minutes) })) }),
      memory: ({ sessions }) => sessionsMemory(Number(sessions)),
    },
  });
}

/**
 * From the signal that kills a child to the answer of a caller that waits, with a spare at hand; and of that, until the
 * system has taken the process down and says so.
 */
async function swapTimes(): Promise<{ ms: number; newsMs: number }> {
  let newsAt = 0;
  const started = new Set<number>();
  const sandbox = await createSandbox({
    children: 1,
    observer: (event) => {
      if (event.type === 'child-started') started.add(event.pid);
      if (event.type === 'child-ended') newsAt ||= performance.now();
    },
  });
  while (started.size < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  await new Promise((resolve) => setTimeout(resolve, 100));
  const session = await sandbox.session();
  await session.run('let x = 20');
  const [pid] = sandbox.childPids();
  const lostAt = performance.now();
  process.kill(pid as number, 'SIGKILL');
  const result = await session.run('x + 1');
  const ms = performance.now() - lostAt;
  await sandbox.close();
  if (result.status !== 'ok' || result.text !== '21' || newsAt === 0) throw new Error('swap: the answer must be 21');
  return { ms, newsMs: newsAt - lostAt };
}
