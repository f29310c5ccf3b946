import childProcess from 'node:child_process';
import crypto from 'node:crypto';
import { constants } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

export interface SeededRandom {
  seed(seed: number): void;
  fill<T extends ArrayBufferView>(view: T): T;
}

/** Bytes by xorshift of 64 bits: for code that asks the system for randomness, and must get the same in a replay. */
export function seededRandom(): SeededRandom {
  let state = 1n;
  return {
    seed: (seed) => {
      state = (BigInt(seed) * 0x9e3779b97f4a7c15n + 0x2545f4914f6cdd1dn) & mask;
      if (state === 0n) state = 1n;
    },
    fill: (view) => {
      const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
      for (let i = 0; i < bytes.length; i++) {
        state ^= (state << 13n) & mask;
        state ^= state >> 7n;
        state ^= (state << 17n) & mask;
        bytes[i] = Number(state >> 32n) & 0xff;
      }
      return view;
    },
  };
}

const mask = 2n ** 64n - 1n;

/**
 * Makes this process one of the interpreter: the clock stands still at what is returned, random bytes are the given
 * ones, and no process can be started. Emscripten asks Node for all three.
 */
export function takeOver(fill: SeededRandom['fill']): { now: number } {
  const clock = { now: 0 };
  Date.now = () => clock.now;
  performance.now = () => 0;
  crypto.randomFillSync = fill as typeof crypto.randomFillSync;
  const none = (): never => {
    throw new Error('there are no processes here');
  };
  Object.assign(childProcess, { exec: none, execFile: none, execFileSync: none, execSync: none, fork: none });
  Object.assign(childProcess, { spawn: none, spawnSync: none });
  syncBuiltinESMExports();
  // All that Emscripten takes from there; Node's permissions forbid the rest.
  Object.assign(process, { binding: () => ({ fs: constants }) });
  return clock;
}

interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

interface WasmInstance {
  readonly exports: { readonly memory?: WasmMemory };
}

interface Wasm {
  readonly Memory: { readonly prototype: WasmMemory };
  instantiate: (...given: unknown[]) => Promise<WasmInstance | { instance: WasmInstance }>;
}

const { WebAssembly: wasm } = globalThis as unknown as { WebAssembly: Wasm };
const pageBytes = 65_536;

/** From now on WebAssembly memories of this process grow by so much in all, and not further. */
export function boundMemory(memoryMb: number): void {
  const { grow } = wasm.Memory.prototype;
  let pagesLeft = memoryMb * 16;
  wasm.Memory.prototype.grow = function (this: WasmMemory, pages: number): number {
    if (pages > pagesLeft) throw new RangeError(`the memory limit is ${memoryMb} MB`);
    const before = grow.call(this, pages);
    pagesLeft -= pages;
    return before;
  };
}

/** Every module that is made from now on has a memory of at least so many bytes: Pyodide itself never makes room for a snapshot. */
export function widenMemory(bytes: number): void {
  const { instantiate } = wasm;
  wasm.instantiate = async (...given) => {
    const made = await instantiate.apply(wasm, given);
    const { memory } = ('instance' in made ? made.instance : made).exports;
    const missing = bytes - (memory?.buffer.byteLength ?? bytes);
    if (missing > 0) memory?.grow(Math.ceil(missing / pageBytes));
    return made;
  };
}
