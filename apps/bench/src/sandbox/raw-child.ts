// The peer without walls: what one writes with isolated-vm in a child process, and no more.
import ivm from 'isolated-vm';

const sessions = new Map<number, { readonly isolate: ivm.Isolate; readonly context: ivm.Context }>();

process.on('message', ([id, code, session]: [number, string | null, number?]) => {
  if (code === null) for (const { isolate } of sessions.values()) isolate.dispose();
  if (code === null) sessions.clear();
  else process.send?.([id, session === undefined ? once(code) : step(session, code)]);
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
  const { context } = sessions.get(session) ?? opened(session);
  return String(context.evalSync(`{${code}}`, { timeout: 1000 }));
}

function opened(session: number) {
  const isolate = new ivm.Isolate({ memoryLimit: 32 });
  const made = { isolate, context: isolate.createContextSync() };
  sessions.set(session, made);
  return made;
}
