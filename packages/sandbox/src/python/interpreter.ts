import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { LowLevelOutput } from './low-level-output.js';
import { pythonPrelude } from './prelude/prelude-source.js';
import { boundMemory, seededRandom, takeOver, widenMemory } from './take-over.js';

/** What an interpreter is made of. Paths are absolute. */
export interface InterpreterParts {
  /** The folder of the `pyodide` package. */
  readonly pyodide: string;
  /** Wheels that can be imported. */
  readonly wheels: readonly string[];
  /** Modules that are imported before the first step. */
  readonly imports: readonly string[];
}

export const stepKinds = ['ok', 'syntax', 'runtime', 'memory', 'output-limit', 'unserializable', 'interrupt'] as const;

export interface StepAnswer {
  readonly kind: (typeof stepKinds)[number];
  readonly output: string;
  readonly text: string;
}

export interface Interpreter {
  /** Seeds `random`, `os.urandom` and what is built on them, and sets the clock, in ms since 1970. */
  begin(seed: number, now: number): void;
  /** @throws Error when the interpreter broke; it is of no more use */
  step(source: string): StepAnswer;
  /** Its memory, from which {@link loadInterpreter} starts much faster. Only before the first step. */
  snapshot(): Uint8Array;
}

export interface InterpreterOptions extends InterpreterParts {
  readonly snapshot: Uint8Array | null;
  readonly outputBytes: number;
  readonly valueBytes: number;
  /** Memory of the interpreter beyond what it has at its start. */
  readonly memoryMb: number;
  /** Raises `KeyboardInterrupt` when a 2 is written there. */
  readonly interrupts: Uint8Array | null;
}

/**
 * CPython from the `pyodide` package, made for hostile code, in this process, which it takes over: the clock of the
 * process stands still from now on, its random numbers are seeded, and WebAssembly memory is bounded. One per process.
 */
export async function loadInterpreter(options: InterpreterOptions): Promise<Interpreter> {
  const { pyodide: folder, wheels, imports, snapshot } = options;
  const { loadPyodide } = (await import(pathToFileURL(join(folder, 'pyodide.mjs')).href)) as typeof import('pyodide');
  const random = seededRandom();
  const clock = takeOver(random.fill);
  if (snapshot !== null) widenMemory(heapBytes(snapshot));
  const low = new LowLevelOutput(options.outputBytes);
  const python = await loadPyodide({
    indexURL: folder,
    // Nothing of the host is inside; a snapshot can only name what it finds here.
    jsglobals: {},
    env: { HOME: '/home/user', PYTHONHASHSEED: '0', TZ: 'UTC' },
    _sysExecutable: 'python',
    stdin: () => null,
    fsInit: async (files) => {
      files.mkdirTree('/lib/wheels');
      for (const wheel of wheels) files.writeFile(`/lib/wheels/${basename(wheel)}`, readFileSync(wheel));
    },
    ...(snapshot === null ? { _makeSnapshot: true } : { _loadSnapshot: snapshot }),
  });
  if (snapshot === null) prepare(python, wheels, imports);
  python.setStdout({ write: low.write });
  python.setStderr({ write: low.write });
  // A snapshot holds the two functions under a name of the interpreter's own.
  const globals = python.globals as unknown as PyDict;
  const entry = globals.get(entryName);
  const step = entry.get(0);
  const begin = entry.get(1);
  if (options.interrupts !== null) python.setInterruptBuffer(options.interrupts);
  return {
    begin: (seed, now) => {
      clock.now = now;
      random.seed(seed);
      begin(seed);
      boundMemory(options.memoryMb);
    },
    step: (source) => {
      low.clear();
      const [kind, output, text] = split(String(step(source, options.outputBytes, options.valueBytes)));
      const known = stepKinds.find((name) => name === kind);
      if (known === undefined) throw new Error('interpreter: answered what is no answer');
      return { kind: known, output: output + low.text(), text };
    },
    snapshot: () => python.makeMemorySnapshot(),
  };
}

type PyFunction = (...args: unknown[]) => unknown;
type PyDict = {
  get(name: string): { get(place: number): PyFunction };
};
type Pyodide = Awaited<ReturnType<typeof import('pyodide').loadPyodide>>;

const entryName = '__turnwise__';

/** What a snapshot holds of the memory: everything after its head, whose length is the second word. */
function heapBytes(snapshot: Uint8Array): number {
  return snapshot.byteLength - new DataView(snapshot.buffer, snapshot.byteOffset).getUint32(4, true);
}

/** Runs what every session begins with. What can be imported here is part of the snapshot. */
function prepare(python: Pyodide, wheels: readonly string[], imports: readonly string[]): void {
  const paths = wheels.map((wheel) => `/lib/wheels/${basename(wheel)}`);
  python.runPython(`import sys; sys.path += ${JSON.stringify(paths)}`);
  for (const name of imports) python.runPython(`__import__(${JSON.stringify(name)})`);
  python.runPython(pythonPrelude);
}

/** `kind`, line break, length, line break, the rest; the length counts code points. */
function split(answer: string): readonly [string, string, string] {
  const kindEnd = answer.indexOf('\n');
  const lengthEnd = answer.indexOf('\n', kindEnd + 1);
  const length = Number(answer.slice(kindEnd + 1, lengthEnd));
  const rest = answer.slice(lengthEnd + 1);
  const output = [...rest].slice(0, length).join('');
  return [answer.slice(0, kindEnd), output, rest.slice(output.length)];
}
