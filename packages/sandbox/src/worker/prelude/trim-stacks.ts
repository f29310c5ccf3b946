import type { Primordials } from './primordials.js';

interface Frame {
  getScriptNameOrSourceURL(): unknown;
}

/**
 * Stack traces without frames of the prelude, for good: code cannot set a formatter of its own, which would be handed
 * the frames themselves.
 */
export function trimStacks({ defineProperty, NativeError }: Primordials, preludeName: string): void {
  const value = (error: unknown, frames: readonly Frame[]): string => {
    let text = `${error}`;
    const { length } = frames;
    const ours = (at: number): boolean => at < length && frames[at]?.getScriptNameOrSourceURL() === preludeName;
    for (let i = 0; i < length; i++) {
      // The frame above ours is that of the built-in by which we run the code.
      if (!ours(i) && !ours(i + 1)) text += `\n    at ${frames[i]}`;
    }
    return text;
  };
  defineProperty(NativeError, 'prepareStackTrace', { value, writable: false, enumerable: false, configurable: false });
}
