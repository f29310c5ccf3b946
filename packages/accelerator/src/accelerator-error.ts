/** Why something that the accelerator was asked for cannot be had. */
export type AcceleratorErrorCode =
  | 'unknown-platform'
  | 'no-index'
  | 'no-network'
  | 'not-found'
  | 'bad-answer'
  | 'checksum'
  | 'disk-full'
  | 'broken-wheel'
  | 'no-compiler'
  | 'compile-failed'
  | 'broken-library'
  | 'locked'
  | 'two-copies';

/**
 * A failure with its way out. `message` is one line: what happened, a semicolon, what to do about it; `mend` is that
 * last part alone. Whoever catches it tells the kinds apart by `code`, never by the text.
 */
export class AcceleratorError extends Error {
  override readonly name = 'AcceleratorError';
  readonly code: AcceleratorErrorCode;
  /** What happened, without the way out. */
  readonly problem: string;
  readonly mend: string;

  constructor(code: AcceleratorErrorCode, problem: string, mend: string, options?: ErrorOptions) {
    super(`${oneLine(problem)}; ${oneLine(mend)}`, options);
    this.code = code;
    this.problem = oneLine(problem);
    this.mend = oneLine(mend);
  }
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
