import type { NativeLayout } from './native-layout.js';

/** What was unpacked: the file it came from, its SHA-256, and the libraries beside TensorFlow's own. */
export interface Unpacked {
  readonly wheel: string;
  readonly sha256: string;
  readonly beside: readonly string[];
}

/** Unpacks what a source has fetched and checked into a draft. */
export type Unpack = (draft: NativeLayout) => Promise<Unpacked>;
