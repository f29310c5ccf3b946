// The peer without walls: what one writes with isolated-vm in a child process, and no more.
import ivm from 'isolated-vm';

process.on('message', ([id, code]: [number, string]) => {
  const isolate = new ivm.Isolate({ memoryLimit: 32 });
  const context = isolate.createContextSync();
  const value: unknown = isolate.compileScriptSync(code).runSync(context, { timeout: 1000 });
  isolate.dispose();
  process.send?.([id, String(value)]);
});
process.on('disconnect', () => process.exit(0));
process.send?.('ready');
