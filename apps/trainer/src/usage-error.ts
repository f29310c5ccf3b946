/** The user asked for something that cannot be done as asked: exit code 2 and no stack trace. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
