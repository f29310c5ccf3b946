import { createRequire } from 'node:module';
import { GraphBuilder } from '../graph/graph-builder.js';
import { GraphSession } from '../graph/graph-session.js';
import type { NativeBackend } from '../graph/native-backend.js';

const require = createRequire(import.meta.url);

/** The addon of `native/quiet_stderr.cc`. */
export interface QuietStderr {
  /** Calls a synchronous function while the process's standard error leads nowhere. */
  withoutStderr<T>(callback: () => T): T;
}

/**
 * Runs a graph of one constant with standard error switched off, if TensorFlow's log is not wanted
 * (`TF_CPP_MIN_LOG_LEVEL` 2 or 3). A few milliseconds.
 *
 * At the first graph of a process TensorFlow 2.18.1 writes two lines, whatever the log level: a warning that Abseil's
 * log is not initialised, and a note on MLIR. They come from a copy of Abseil hidden in its library, which no setting
 * reaches, but only once per process: here, where nobody sees them.
 *
 * Returns whether it was done. Silence is a courtesy: where the addon is missing or the graph fails, the backend
 * computes all the same, and a failure that matters comes back at the first real graph.
 */
export function spendFirstGraph(
  backend: NativeBackend,
  addon: string,
  logLevel = process.env['TF_CPP_MIN_LOG_LEVEL'],
): boolean {
  if (logLevel !== '2' && logLevel !== '3') return false;
  try {
    const { withoutStderr } = require(addon) as QuietStderr;
    withoutStderr(() => runConstant(backend));
    return true;
  } catch {
    return false;
  }
}

function runConstant(backend: NativeBackend): void {
  const graph = new GraphBuilder();
  const session = new GraphSession(backend, graph, [], [graph.int32(0)]);
  try {
    for (const { id } of session.run([])) backend.binding.deleteTensor(id);
  } finally {
    session.dispose();
  }
}
