import { writeSync } from 'node:fs';

/** Ends this process and says why, without the line of source, which in Pyodide is the whole file. */
export function endWith(error: unknown): never {
  const said = error instanceof Error ? (error.stack ?? error.message) : String(error);
  writeSync(2, `${said.slice(0, 2000)}\n`);
  process.exit(1);
}
