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
 * The addon in `file` if TensorFlow's log is not wanted (`TF_CPP_MIN_LOG_LEVEL` 2 or 3), else one that calls and does no
 * more. Silence is a courtesy: where the addon is missing or broken, that is so too.
 */
export function quietStderr(file: string, logLevel = process.env['TF_CPP_MIN_LOG_LEVEL']): QuietStderr {
  if (logLevel !== '2' && logLevel !== '3') return AS_IT_IS;
  try {
    return require(file) as QuietStderr;
  } catch {
    return AS_IT_IS;
  }
}

const AS_IT_IS: QuietStderr = { withoutStderr: (callback) => callback() };

/**
 * Runs a graph of one constant with standard error switched off. A few milliseconds; none if `quiet` is no addon.
 *
 * At the first graph of a process TensorFlow 2.18.1 writes two lines, whatever the log level: a warning that Abseil's
 * log is not initialised, and a note on MLIR. They come from a copy of Abseil hidden in its library, which no setting
 * reaches, but only once per process: here, where nobody sees them.
 *
 * Returns whether it was done. Where the graph fails the backend computes all the same, and a failure that matters comes
 * back at the first real graph.
 */
export function spendFirstGraph(backend: NativeBackend, quiet: QuietStderr): boolean {
  if (quiet === AS_IT_IS) return false;
  try {
    quiet.withoutStderr(() => runConstant(backend));
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
