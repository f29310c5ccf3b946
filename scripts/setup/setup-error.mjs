/** A step of the set-up did not succeed; the message says which, why and what helps. It is shown without a stack. */
export class SetupError extends Error {
  /** @override */
  name = 'SetupError';
}
