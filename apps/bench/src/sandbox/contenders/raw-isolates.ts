import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { type Contender, work } from '../contender.js';

/** isolated-vm in two processes over Node's own IPC, without any wall of ours. */
export async function rawIsolates(): Promise<Contender> {
  const waiting = new Map<number, (text: string) => void>();
  const program = fileURLToPath(new URL('../raw-child.js', import.meta.url));
  const children = Array.from({ length: 2 }, () => fork(program, { execArgv: ['--no-node-snapshot'] }));
  await Promise.all(children.map((child) => new Promise((resolve) => child.once('message', resolve))));
  for (const child of children) {
    child.on('message', ([id, text]: [number, string]) => {
      waiting.get(id)?.(text);
      waiting.delete(id);
    });
  }
  let id = 0;
  return {
    call: 'new ivm.Isolate({ memoryLimit: 32 }), compileScriptSync, runSync({ timeout }), dispose; 2 processes, process.send',
    versions: { 'isolated-vm': versionOf('isolated-vm') },
    calls: 20,
    run: (n) =>
      new Promise((resolve) => {
        waiting.set(++id, resolve);
        (children[id % 2] as ChildProcess).send([id, work(n)]);
      }),
    close: async () => {
      for (const child of children) child.disconnect();
    },
  };
}

export function versionOf(name: string): string {
  const entry = createRequire(import.meta.url).resolve(`${name}/package.json`);
  return String(JSON.parse(readFileSync(entry, 'utf8')).version);
}
