import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** Signals of one key press can arrive more than once (from the terminal and from npm): they count as one. */
const SAME_PRESS_MS = 300;
const ORPHAN_POLL_MS = 500;

/**
 * Hands the terminal to a command and returns its exit code (128 + signal if a signal ended it).
 *
 * The command gets a process group of its own, so that each Ctrl-C reaches it exactly once, through this process,
 * however many parents pass the signal on: the trainer takes the first as "save and stop", the second as "now".
 *
 * @param {string} file
 * @param {readonly string[]} args
 * @param {{ cwd: string, env: NodeJS.ProcessEnv, signalGroup: boolean }} options `signalGroup`: also tell the processes
 *   that the command started. The trainer is told alone, and ends its own workers when it has finished with them.
 * @returns {Promise<number>}
 */
export function runForeground(file, args, { cwd, env, signalGroup }) {
  return new Promise((resolve, reject) => {
    const ownGroup = process.platform !== 'win32';
    const child = spawn(file, [...args], { cwd, env, stdio: 'inherit', detached: ownGroup });

    const send = (/** @type {NodeJS.Signals} */ signal, /** @type {boolean} */ group) => {
      if (!ownGroup || child.pid === undefined) return;
      try {
        process.kill(group ? -child.pid : child.pid, signal);
      } catch {
        // It has ended in the meantime; its exit event follows.
      }
    };
    /** @type {Map<string, number>} */
    const lastSent = new Map();
    const forward = (/** @type {NodeJS.Signals} */ signal) => {
      const now = performance.now();
      if (now - (lastSent.get(signal) ?? Number.NEGATIVE_INFINITY) < SAME_PRESS_MS) return;
      lastSent.set(signal, now);
      send(signal, signalGroup);
    };
    const suspend = () => {
      send('SIGSTOP', true);
      process.kill(process.pid, 'SIGSTOP');
    };
    const wake = () => send('SIGCONT', true);
    const resize = () => send('SIGWINCH', true);

    /** @type {NodeJS.Signals[]} */
    const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of endings) process.on(signal, forward);
    if (ownGroup) process.on('SIGTSTP', suspend).on('SIGCONT', wake).on('SIGWINCH', resize);

    // npm's shell may die of a signal without passing it on. Who ends `npm start` means the command.
    const parent = process.ppid;
    const orphanWatch = setInterval(() => process.ppid !== parent && forward('SIGTERM'), ORPHAN_POLL_MS);

    const leave = () => {
      clearInterval(orphanWatch);
      for (const signal of endings) process.off(signal, forward);
      if (ownGroup) process.off('SIGTSTP', suspend).off('SIGCONT', wake).off('SIGWINCH', resize);
    };
    child.on('error', (error) => {
      leave();
      reject(error);
    });
    child.on('exit', (code, signal) => {
      leave();
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}
