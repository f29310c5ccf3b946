import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Backend } from '@turnwise/accelerator';
import type { Ready, SideMemory } from '../protocol/side.js';

type Request = Readonly<Record<string, unknown>>;

/** Our side of a comparison: what it says of itself, and what it can be asked for. */
export interface Workload {
  readonly ready: Ready;
  readonly actions: Readonly<Record<string, (request: Request) => Promise<object>>>;
}

/** Answers requests on stdin until it ends, one JSON object per line. */
export async function serve({ ready, actions }: Workload): Promise<void> {
  write({ ready });
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line) as Request;
    const action = actions[String(request['do'])];
    try {
      if (action === undefined) throw new RangeError(`do: one of ${Object.keys(actions).join(', ')}, got ${line}`);
      write(await action(request));
    } catch (error) {
      write({ error: (error as Error).stack ?? String(error) });
    }
  }
}

export function write(message: object): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

/** The action `sample`: runs `work` `repeats` times and says how long one took. */
export function timed(work: () => Promise<unknown>): (request: Request) => Promise<object> {
  return async (request) => {
    const repeats = Number(request['repeats']);
    const cpu = process.cpuUsage();
    const start = performance.now();
    for (let i = 0; i < repeats; i++) await work();
    const seconds = (performance.now() - start) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    return { seconds: seconds / repeats, cpuSeconds: (user + system) / 1e6 };
  };
}

/** The action `memory`: peak and present resident bytes of this process, and the tensors of TensorFlow.js. */
export function memoryOf({ tf }: Backend): () => Promise<SideMemory> {
  return async () => ({ ...processMemory(), tensors: tf.memory().numTensors });
}

/** Peak and present resident bytes of this process. */
export function processMemory(): SideMemory {
  return { peakBytes: peakBytes(), residentBytes: process.memoryUsage.rss() };
}

/** The high-water mark of this process and of those it started; `maxRSS` counts that of the parent before the start too. */
function peakBytes(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024;
  return ['self', ...childPids()].reduce((sum, pid) => sum + highWaterBytes(pid), 0);
}

/** The sandbox's processes, where there is one. Every thread lists its own. */
function childPids(): string[] {
  return readdirSync('/proc/self/task').flatMap((thread) => {
    const children = readFileSync(`/proc/self/task/${thread}/children`, 'utf8');
    return children.split(' ').filter((pid) => pid !== '');
  });
}

function highWaterBytes(pid: string): number {
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes ?? 0) * 1024;
}
