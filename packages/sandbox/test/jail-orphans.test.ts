import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { findJail } from '../src/jail/find-jail.js';
import { jailedCommand } from '../src/jail/jailed-command.js';
import { javascriptRuntime } from '../src/javascript-runtime.js';
import { WorkerProcess } from '../src/pool/worker-process.js';

const found = await findJail();
const jail = found.status === 'works' ? found.jail : null;
if (jail === null) console.warn(`the end of a jail is not tested: ${found.status === 'absent' ? found.reason : ''}`);

/** Ids of processes whose command line holds a text. */
function processesWith(text: string): string[] {
  return readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(text);
    } catch {
      return false;
    }
  });
}

// bubblewrap clones its inner process, and only then tells it to go on: whoever ends it in between leaves that one behind.
test.skipIf(jail === null && !process.env['CI'])(
  'a jail that is ended as it starts leaves no process behind',
  async () => {
    if (jail === null) throw new Error('there must be a jail');
    const mark = randomUUID();
    const { command } = javascriptRuntime();
    const jailed = jailedCommand(jail, { ...command, env: { ...command.env, MARK: mark } });
    const endAfter = async (ms: number): Promise<void> => {
      const process = new WorkerProcess(jailed, 1000, { onValue: () => {}, onGarbage: () => {}, onEnd: () => {} });
      await new Promise((resolve) => setTimeout(resolve, ms));
      process.kill();
      await process.gone;
    };
    for (let ms = 0; ms < 48; ms += 4)
      await Promise.all([0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5].map((more) => endAfter(ms + more)));
    await expect.poll(() => processesWith(mark), { timeout: 15_000 }).toEqual([]);
  },
  60_000,
);
