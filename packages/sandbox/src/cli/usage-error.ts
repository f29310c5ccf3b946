/** The command line is wrong, in a way that only the command can see. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
