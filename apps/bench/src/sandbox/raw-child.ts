// The peer without walls: what one writes with isolated-vm in a child process, and no more.
import ivm from 'isolated-vm';

const sessions = new Map<number, ivm.Context>();

process.on('message', ([id, code, session]: [number, string, number?]) => {
  process.send?.([id, session === undefined ? once(code) : step(session, code)]);
});
process.on('disconnect', () => process.exit(0));
process.send?.('ready');

function once(code: string): string {
  const isolate = new ivm.Isolate({ memoryLimit: 32 });
  const context = isolate.createContextSync();
  const value: unknown = isolate.compileScriptSync(code).runSync(context, { timeout: 1000 });
  isolate.dispose();
  return String(value);
}

/** In a block of its own, because a name may be declared once. */
function step(session: number, code: string): string {
  const context = sessions.get(session) ?? new ivm.Isolate({ memoryLimit: 32 }).createContextSync();
  sessions.set(session, context);
  return String(context.evalSync(`{${code}}`, { timeout: 1000 }));
}
