import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunErrorKind, Sandbox } from '../../src/index.js';
import { pythonSandbox, startTimeout, withoutPython } from './python-sandbox.js';

const limits = { cpuMs: 2500, wallMs: 5000, memoryMb: 64, hardMemoryMb: 768, outputBytes: 2000, valueBytes: 1000 };
const slackMs = 500;
const startMs = 20_000;

type Outcome = 'ok' | RunErrorKind;

/** What eats memory may be stopped by time on a slow machine, and what breaks the interpreter ends its process. */
const filling: readonly Outcome[] = ['memory', 'timeout'];
const breaking: readonly Outcome[] = ['crashed', 'runtime', 'memory', 'timeout'];

const cases: [name: string, code: string, outcomes: readonly Outcome[], text?: RegExp][] = [
  ['os.system', 'import os; os.system("id")', ['runtime'], /there are no processes here/],
  [
    'posix.system, found again',
    'import importlib, posix; importlib.reload(posix).system("id")',
    ['runtime', 'crashed'],
  ],
  ['os.popen', 'import os; os.popen("id").read()', ['runtime']],
  ['subprocess', 'import subprocess; subprocess.run(["id"])', ['runtime'], /does not support processes/],
  ['os.fork', 'import os; os.fork()', ['runtime']],
  ['a thread', 'import threading; threading.Thread(target=print).start()', ['runtime'], /can't start new thread/],
  ['multiprocessing', 'import multiprocessing; multiprocessing.Pool(2)', ['runtime', 'timeout']],
  ['os._exit', 'import os; os._exit(0)', ['runtime']],
  ['a signal to itself', 'import os, signal; os.kill(os.getpid(), signal.SIGKILL)', ['runtime']],
  ['/etc/passwd', 'open("/etc/passwd").read()', ['runtime'], /No such file/],
  ['/proc', 'open("/proc/self/environ").read()', ['runtime'], /No such file/],
  ['the root folder', 'import os; sorted(os.listdir("/"))', ['ok'], /^\['dev', 'home', 'lib', 'proc', 'tmp'\]$/],
  ['the environment', 'import os; os.environ.get("PATH")', ['ok'], /^'\/'$/],
  ['a socket', 'import socket; socket.create_connection(("127.0.0.1", 80), timeout=1)', ['runtime'], /no network/],
  [
    'urllib',
    'import urllib.request; urllib.request.urlopen("http://127.0.0.1")',
    ['runtime', 'timeout'],
    /no network|time limit/,
  ],
  [
    'a low-level socket',
    'import _socket; s = _socket.socket(); s.connect(("127.0.0.1", 80)); s.recv(1)',
    ['runtime', 'timeout'],
  ],
  ['the js module', 'import js; js.process', ['runtime'], /No module named 'js'/],
  ['the pyodide_js module', 'import pyodide_js', ['runtime'], /No module named 'pyodide_js'/],
  ['run_js', 'from pyodide.code import run_js; run_js("process.pid")', ['runtime'], /No module named 'pyodide'/],
  [
    'a JavaScript object among all objects',
    `import gc
found = [o for o in gc.get_objects() if "JsProxy" in type(o).__name__]
[str(o.constructor.constructor("return process.env.PATH + process.pid")()) for o in found if hasattr(o, "constructor")]`,
    ['ok', 'runtime'],
    /^(\[\]|[A-Z]\w+Error.*)$/s,
  ],
  ['ctypes reads at 0', 'import ctypes; len(ctypes.string_at(0, 8))', ['ok'], /^8$/],
  ['ctypes calls system', 'import ctypes; ctypes.CDLL(None).system(b"id")', breaking],
  ['ctypes writes over the interpreter', 'import ctypes; ctypes.memset(0, 255, 2**24)', breaking],
  ['an endless loop', 'while True: pass', ['timeout']],
  [
    'a loop that catches everything',
    'while True:\n  try:\n    while True: pass\n  except BaseException: pass',
    ['timeout'],
  ],
  ['a loop in native code', 'x = 10 ** 10 ** 7; x * x; str(x * x == 1) * sum(range(10 ** 12))', ['timeout']],
  ['a regular expression', 'import re; re.match("(a+)+$", "a" * 60 + "b")', ['timeout']],
  ['a wait without end', 'import threading; threading.Event().wait()', ['timeout', 'runtime']],
  ['a wait with an end', 'import threading; threading.Event().wait(1e6)', ['timeout']],
  ['a sleep', 'import time; time.sleep(1e9); 1', ['ok'], /^1$/],
  ['an await without end', 'import asyncio; await asyncio.Future()', ['runtime'], /nothing is left that could end it/],
  ['a list that grows', 'a = []\nwhile True: a.append(bytearray(10 ** 6))', filling],
  ['one large object', 'b"x" * (2 ** 31 - 100)', ['memory']],
  [
    'a memory error that is caught',
    'try:\n  bytearray(10 ** 9)\nexcept MemoryError:\n  print("caught")',
    ['ok'],
    /^caught$/,
  ],
  ['an output flood', 'while True: print("x" * 100)', ['output-limit']],
  [
    'an output flood that catches everything',
    'while True:\n  try:\n    print("x" * 100)\n  except BaseException: pass',
    ['timeout', 'output-limit'],
  ],
  [
    'an output flood past the streams',
    'import os\nfor i in range(10 ** 5): os.write(1, b"x" * 1000)',
    ['ok', 'timeout'],
  ],
  ['one large line', 'print("x" * 10 ** 7)', ['output-limit']],
  ['a large value', '"x" * 10 ** 6', ['ok'], /… \[cut at 1000 bytes\]$/],
  ['a frame of the supervisor', 'import os; os.write(1, b"\\x02\\0\\0\\0{}")', ['ok']],
  ['recursion', 'def f(): return f()\nf()', ['runtime'], /RecursionError/],
  ['recursion in the parser', 'eval("(" * 10 ** 5)', ['runtime', 'memory'], /SyntaxError|MemoryError|memory/],
  ['recursion in native code', 'a = []\nfor i in range(10 ** 5): a = [a]\nrepr(a)', breaking],
  ['a repr without end', 'class A:\n  def __repr__(self):\n    while True: pass\nA()', ['timeout']],
  ['a repr that is none', 'class A:\n  def __repr__(self): return 5\nA()', ['unserializable']],
  ['an exception that cannot be shown', 'class E(Exception):\n  def __str__(self): raise E\nraise E', ['runtime'], /E/],
  [
    'an exception that loops when shown',
    'class E(Exception):\n  def __str__(self):\n    while True: pass\nraise E',
    ['timeout'],
  ],
  [
    'replaced built-ins',
    'import builtins, json, ast\nbuiltins.repr = builtins.str = ast.parse = json.dumps = lambda *a: "forged"\n1.5',
    ['ok'],
    /^1\.5$/,
  ],
  ['no streams', 'import sys\nsys.stdout = sys.stderr = None\nprint("x")\n1', ['ok'], /^1$/],
  [
    'a trace function',
    'import sys\nsys.settrace(lambda *a: 1 / 0)\n(lambda: 1)()',
    ['runtime', 'ok', 'unserializable'],
  ],
  ['standard input', 'input()', ['runtime'], /EOFError/],
];

describe.skipIf(withoutPython)('hostile Python', { timeout: 120_000 }, () => {
  let sandbox: Sandbox;
  let killed = 0;
  beforeAll(async () => {
    sandbox = await pythonSandbox({ limits });
  }, startTimeout);
  afterAll(() => sandbox?.close());

  test.each(cases)('%s', async (_name, code, outcomes, text) => {
    const startedAt = performance.now();
    const result = await sandbox.run(code);
    const ms = performance.now() - startedAt;
    const outcome: Outcome = result.status === 'ok' ? 'ok' : result.kind;
    // A machine so busy that code gets no processor time is no fault of the wall; then the outcome says so.
    expect([...outcomes, 'killed'], JSON.stringify(result)).toContain(outcome);
    if (outcome === 'killed' && !outcomes.includes('killed')) killed++;
    const shown = result.status === 'ok' ? result.text : `${result.output}${result.message}`;
    if (text !== undefined && outcome !== 'killed') expect(shown).toMatch(text);
    expect(shown.length).toBeLessThan(5000);
    expect(shown).not.toMatch(/node:|\.js:\d|\.mjs|node_modules|\/usr\/|\/root|\/home\/(?!user)/);
    // What ends its process is judged twice, and a process may have to be started for it.
    if (outcome !== 'crashed' && outcome !== 'killed') expect(ms).toBeLessThan(limits.wallMs + slackMs + startMs);
    if (outcome !== 'ok' && outcome !== 'runtime')
      expect(await sandbox.run('sum(i * i for i in range(4))')).toEqual({ status: 'ok', text: '14' });
  });

  test('hardly any got no processor time', () => {
    expect(killed).toBeLessThanOrEqual(cases.length / 20);
  });
});
