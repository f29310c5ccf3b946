import { writeSync } from 'node:fs';

const clock = new Int32Array(new SharedArrayBuffer(4));

/** Writes all of it before it returns. A pipe whose reader is busy takes no more for a while: then it waits, ms by ms. */
export function writeWhole(descriptor: number, bytes: Uint8Array): void {
  for (let sent = 0; sent < bytes.length; ) {
    try {
      sent += writeSync(descriptor, bytes, sent);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(clock, 0, 0, 1);
    }
  }
}
