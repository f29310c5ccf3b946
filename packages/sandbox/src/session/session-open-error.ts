import type { RunResult } from '../run-result.js';

/** A session could not be opened. `result` says whether its globals are to blame, and of what. */
export class SessionOpenError extends Error {
  override readonly name = 'SessionOpenError';
  readonly result: Extract<RunResult, { readonly status: 'error' }>;

  constructor(result: Extract<RunResult, { readonly status: 'error' }>) {
    super(`session: could not open, ${result.kind}: ${result.message}`);
    this.result = result;
  }
}
