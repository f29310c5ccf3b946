/** How a child process is started. */
export interface WorkerCommand {
  /** The program, as a path without links. */
  readonly file: string;
  readonly args: readonly string[];
  /** The environment, all of it. By default none. */
  readonly env?: Readonly<Record<string, string>>;
  /** Files and folders that it reads, for a jail: everything else is out of its sight, but the system's libraries. */
  readonly reads?: readonly string[];
  /** Whether this is a jail with the command inside; the jail tells the process on descriptor 3. */
  readonly jailed?: boolean;
}
