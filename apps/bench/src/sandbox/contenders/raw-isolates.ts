import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { type Contender, open, stepsAtOnce, work } from '../contender.js';

/** isolated-vm in two processes over Node's own IPC, without any wall of ours: an isolate per call. */
export async function rawIsolates(): Promise<Contender> {
  const { send, close } = await rawChildren();
  let id = 0;
  return {
    call: 'new ivm.Isolate({ memoryLimit: 32 }), compileScriptSync, runSync({ timeout }), dispose; 2 processes, process.send',
    versions: { 'isolated-vm': versionOf('isolated-vm') },
    calls: 20,
    run: (n) => send(id++ % 2, work(n)),
    close,
  };
}

/** The same with as many contexts that stay as {@link sessionSteps} has sessions: no notebook, no console, no replay. */
export async function rawSteps(): Promise<Contender> {
  const { send, forget, close } = await rawChildren();
  let turn = 0;
  return {
    call: `context.evalSync(code, { timeout }) in turn over ${open} contexts, an isolate each; 2 processes, process.send`,
    versions: { 'isolated-vm': versionOf('isolated-vm') },
    calls: stepsAtOnce,
    prepare: async () => {
      forget();
      await Promise.all(Array.from({ length: open }, (_, session) => send(session % 2, '0', session)));
    },
    run: (n) => {
      const session = turn++ % open;
      return send(session % 2, work(n), session);
    },
    close,
  };
}

async function rawChildren() {
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
    send: (child: number, ...message: readonly unknown[]): Promise<string> =>
      new Promise((resolve) => {
        waiting.set(++id, resolve);
        (children[child] as ChildProcess).send([id, ...message]);
      }),
    forget: () => {
      for (const child of children) child.send([0, null]);
    },
    close: async () => {
      for (const child of children) child.disconnect();
    },
  };
}

export function versionOf(name: string): string {
  const entry = createRequire(import.meta.url).resolve(`${name}/package.json`);
  return String(JSON.parse(readFileSync(entry, 'utf8')).version);
}
