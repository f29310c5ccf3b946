import type { Primordials } from './primordials.js';

/** Removes what breaks a limit, or makes two runs differ: WebAssembly, shared memory, weak references, resizable buffers. */
export function harden({ construct, define, defineProperty, isView }: Primordials): void {
  const root = globalThis as unknown as Record<string, unknown>;
  for (const name of [
    'WebAssembly',
    'SharedArrayBuffer',
    'Atomics',
    'WeakRef',
    'FinalizationRegistry',
    'Temporal',
    'ShadowRealm',
  ]) {
    delete root[name];
  }

  // A resizable buffer reserves its maximum outside the heap that the isolate counts.
  const NativeArrayBuffer = ArrayBuffer;
  function FixedArrayBuffer(this: unknown, length?: number): ArrayBuffer {
    if (!new.target) throw new TypeError("Constructor ArrayBuffer requires 'new'");
    return construct(NativeArrayBuffer, [length], new.target);
  }
  define(FixedArrayBuffer, 'name', 'ArrayBuffer');
  define(FixedArrayBuffer, 'isView', isView);
  defineProperty(FixedArrayBuffer, 'prototype', { value: NativeArrayBuffer.prototype, writable: false });
  define(NativeArrayBuffer.prototype, 'constructor', FixedArrayBuffer);
  define(root, 'ArrayBuffer', FixedArrayBuffer);
}
