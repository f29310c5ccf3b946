import { createSandbox, type SandboxSession } from '@turnwise/sandbox';
import { type Contender, open, stepsAtOnce, work } from '../contender.js';

const children = 2;

/** A fresh isolate per call. */
export async function statelessCalls(): Promise<Contender> {
  const sandbox = await createSandbox({ children });
  return {
    call: `sandbox.run(code), ${children} children, jail ${sandbox.jail.status}`,
    versions: { node: process.versions.node },
    calls: 20,
    run: async (n) => textOf(await sandbox.run(work(n))),
    close: () => sandbox.close(),
  };
}

/** Steps of open sessions. */
export async function sessionSteps(): Promise<Contender> {
  const sandbox = await createSandbox({ children, limits: { stepsPerSession: 1000 } });
  let sessions: readonly SandboxSession[] = [];
  let turn = 0;
  return {
    call: `session.run(code) in turn over ${open} open sessions, ${children} children, jail ${sandbox.jail.status}`,
    versions: { node: process.versions.node },
    calls: stepsAtOnce,
    prepare: async () => {
      await Promise.all(sessions.map((session) => session.close()));
      sessions = await Promise.all(Array.from({ length: open }, (_, seed) => sandbox.session({ seed })));
      await Promise.all(sessions.map((session) => session.run('0')));
    },
    run: async (n) => textOf(await sessions[turn++ % sessions.length]?.run(work(n))),
    close: () => sandbox.close(),
  };
}

function textOf(result: { readonly status: string; readonly text?: string; readonly message?: string } | undefined) {
  if (result?.status === 'ok') return result.text ?? '';
  throw new Error(`sandbox: ${result?.message ?? 'no session'}`);
}
