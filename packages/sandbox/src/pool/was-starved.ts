/**
 * Whether code that reached a time limit had too little of the processor to be blamed for it: less than a tenth of the
 * limit. Code cannot wait inside an isolate, so time that it did not use is time that the machine did not give.
 *
 * The tenth is where the two mistakes balance: an honest step needs a few ms, so with a tenth of its limit it would
 * have been done; and a machine must be ten times overloaded before an endless loop is taken for bad luck.
 */
export function wasStarved(processorMs: number, limitMs: number): boolean {
  return processorMs < limitMs / 10;
}
