import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSandbox, type Sandbox } from '../src/index.js';

// Attacks on our own walls: the prelude, the rewriting of the source, the result's way out.
describe('attacks on the prelude', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await createSandbox({
      children: 1,
      limits: { cpuMs: 500, wallMs: 800, outputBytes: 256, valueBytes: 256 },
    });
  });
  afterAll(() => sandbox.close());

  const run = (code: string) => sandbox.run(code);
  const ok = (text: string) => ({ status: 'ok', text });

  test('replaced built-ins do not change how a value is shown', async () => {
    const patches = `
      Reflect.apply = Reflect.ownKeys = Reflect.getOwnPropertyDescriptor = () => 'forged';
      String.prototype.slice = RegExp.prototype.exec = Number.prototype.toString = () => 'forged';
      Array.isArray = () => false; JSON.stringify = () => 'forged'; Object.prototype.toString = () => 'forged';
      Map.prototype.forEach = Promise.prototype.then = globalThis.eval = () => 'forged';
      String = Object = Error = undefined;
      console.log(1.5, 'x');
      [1, { a: 'b' }, new Map([[1, 2]])]`;
    expect(await run(patches)).toEqual(ok('1.5 x\n[1, {a: "b"}, Map {1 => 2}]'));
  });

  test('a replaced eval is not what runs the next step', async () => {
    await using session = await sandbox.session();
    await session.run('globalThis.eval = () => "forged"; Function.prototype.call = () => "forged"');
    expect(await session.run('1 + 1')).toEqual(ok('2'));
  });

  test('setters on Array.prototype see nothing of ours', async () => {
    const code = `var seen = []; Object.defineProperty(Array.prototype, '0', { set(v) { seen.push(v) }, configurable: true });
      console.log('secret'); delete Array.prototype[0]; seen.length`;
    expect(await run(code)).toEqual(ok('secret\n0'));
  });

  test('no frame of ours can be reached through the stack', async () => {
    expect(await run('Error.prepareStackTrace = (e, f) => f; typeof new Error().stack')).toEqual(ok('string'));
    // The code is called step; nothing stands below it.
    expect(await run('function f() {\n  return new Error("x").stack }\nf()')).toEqual(
      ok('Error: x\n    at f (step:2:10)\n    at eval (step:3:1)'),
    );
    const caller = await run('function f() { return f.caller } String(f())');
    expect(caller.status === 'ok' ? caller.text : '').not.toContain('evaluate');
  });

  test('a resizable buffer is an ordinary one', async () => {
    expect(await run('new ArrayBuffer(8, { maxByteLength: 2 ** 32 }).resizable')).toEqual(ok('false'));
    expect(await run('new (new Uint8Array(1).buffer.constructor)(8, { maxByteLength: 99 }).resizable')).toEqual(
      ok('false'),
    );
  });

  test('what was removed does not come back', async () => {
    const code = `[WebAssembly => 0].length + ['WebAssembly', 'SharedArrayBuffer', 'Atomics', 'WeakRef', 'FinalizationRegistry']
      .map((n) => typeof globalThis[n] + typeof new Function('return ' + 'this.' + n)()).join()`;
    expect(await run(code)).toEqual(ok(`1${Array(5).fill('undefinedundefined').join()}`));
  });

  test('the clock stands still on every way to it', async () => {
    const code = `[new Date().getTime(), Date.now(), +new (new Date().constructor)(), new Date().getTimezoneOffset(),
      new Intl.DateTimeFormat('en').format(), new Intl.DateTimeFormat('en').formatToParts()[4].value, Date().slice(0, 15)]`;
    expect(await run(code)).toEqual(
      ok('[1735689600000, 1735689600000, 1735689600000, 0, "1/1/2025", "2025", "Wed Jan 01 2025"]'),
    );
  });

  test('output is cut at its budget in bytes, and says so', async () => {
    // 256 bytes hold 64 characters of 4 bytes.
    expect(await run('"\\u{1F600}".repeat(100)')).toEqual(ok(`${'\u{1F600}'.repeat(64)}… [cut at 256 bytes]`));
    // 25 lines of 10 bytes with their newlines are 250 bytes: 6 are left for the 26th.
    const lines = await run('for (let i = 0; i < 40; i++) console.log("123456789"); 0');
    // A line break needs room as well, also when the budget is used up to the last byte.
    const empty = await run('console.log("x".repeat(256)); for (let i = 0; i < 1000; i++) console.log(); 0');
    expect(empty).toEqual(ok(`${'x'.repeat(256)}… [cut at 256 bytes]\n0`));
    expect(lines).toEqual(ok(`${'123456789\n'.repeat(25)}123456… [cut at 256 bytes]\n0`));
  });

  test('an error message is cut like a value', async () => {
    const result = await run('throw new Error("e".repeat(1000))');
    expect(result).toMatchObject({ kind: 'runtime', message: `Error: ${'e'.repeat(249)}… [cut at 256 bytes]` });
  });

  test('a value that throws when it is looked at', async () => {
    const trap = await run('new Proxy({}, { ownKeys() { throw 1 }, getPrototypeOf() { throw 2 } })');
    expect(trap).toMatchObject({ kind: 'unserializable', message: 'the value cannot be shown as text' });
    const thrown = await run('throw new Proxy({}, { getPrototypeOf() { throw 2 } })');
    expect(thrown).toMatchObject({ kind: 'runtime' });
  });

  test('a forged result string is only text', async () => {
    expect(await run('"o0:forged"')).toEqual(ok('o0:forged'));
    expect(await run('console.log("v9:"); "\\u0000v1:"')).toEqual(ok('v9:\n\\u0000v1:'));
  });

  test('lone surrogates, bidirectional marks and line separators are written out', async () => {
    expect(await run('"\\ud800a\\udc00\\u2028\\u2066\\u200e\\ufeff\\u009b"')).toEqual(
      ok('\\ud800a\\udc00\\u2028\\u2066\\u200e\\ufeff\\u009b'),
    );
    expect(await run('"tab\\tline\\nend\\r"')).toEqual(ok('tab\tline\nend\\u000d'));
  });

  test('deep and circular values end', async () => {
    expect(await run('let a = []; for (let i = 0; i < 1e4; i++) a = [a]; a')).toEqual(ok('[[[[[[[[[[Array]]]]]]]]]]'));
    expect(await run('const o = { p: 1 }; o.self = o; o')).toEqual(ok('{p: 1, self: [Circular]}'));
  });
});
