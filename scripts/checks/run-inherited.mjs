import { spawn } from 'node:child_process';
import { ROOT } from '../setup/project.mjs';

/**
 * Runs a program of the workspace with this process's output and without input; returns its exit code, 1 if a signal
 * ended it and 127 if it could not be started.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<number>}
 */
export function runInherited(program, args, { cwd = ROOT, env = process.env } = {}) {
  return new Promise((resolve) => {
    const shell = process.platform === 'win32';
    const child = spawn(program, [...args], { cwd, env, shell, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', (error) => {
      process.stderr.write(`${program}: ${error.message}\n`);
      resolve(127);
    });
    child.on('exit', (code) => resolve(code ?? 1));
  });
}
