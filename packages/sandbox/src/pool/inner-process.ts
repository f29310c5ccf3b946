import { readFileSync } from 'node:fs';

/** The first process inside a jail, and through it the worker. */
export interface InnerProcess {
  /** The worker's process id as it is outside; `undefined` until it runs. */
  worker(): number | undefined;
  kill(): void;
}

/** Reads what bubblewrap says of the process that it started: `{ "child-pid": 17, … }`. */
export function innerProcess(info: string): InnerProcess | null {
  const first = Number(/"child-pid":\s*(\d+)/.exec(info)?.[1]);
  if (!Number.isSafeInteger(first) || first < 2) return null;
  let worker: number | undefined;
  return {
    worker: () => {
      worker ??= firstChildOf(first);
      return worker;
    },
    kill: () => {
      try {
        process.kill(first, 'SIGKILL');
      } catch {
        // It has ended already.
      }
    },
  };
}

function firstChildOf(pid: number): number | undefined {
  try {
    const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
    return child ? Number(child) : undefined;
  } catch {
    return undefined;
  }
}
