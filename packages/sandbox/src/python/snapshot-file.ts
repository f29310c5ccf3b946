import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { WorkerCommand } from '../pool/worker-command.js';
import type { InterpreterParts } from './interpreter.js';
import { pythonPrelude } from './prelude/prelude-source.js';

const makeMs = 120_000;
const mostBytes = 2 ** 30;

/** The file of the snapshot of these parts in a folder; its name changes with everything that is inside. */
export function snapshotPath(folder: string, { pyodide, wheels, imports }: InterpreterParts): string {
  const hash = createHash('sha256');
  const manifest = JSON.parse(readFileSync(join(pyodide, 'package.json'), 'utf8')) as { version: string };
  hash.update(JSON.stringify([manifest.version, process.version, imports, pythonPrelude]));
  for (const wheel of wheels) hash.update(createHash('sha256').update(readFileSync(wheel)).digest());
  return join(folder, `python-${manifest.version}-${hash.digest('hex').slice(0, 24)}.snapshot`);
}

/**
 * Makes a snapshot, unless it is there, by a program that writes it to standard output. The file is written whole or not
 * at all.
 *
 * @throws Error that says what the program said when it failed, or why the file cannot be written and what to do
 */
export async function ensureSnapshot(path: string, command: WorkerCommand): Promise<void> {
  if (existsSync(path)) return;
  const bytes = await outputOf(command);
  const draft = `${path}.${randomUUID()}`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(draft, bytes);
    renameSync(draft, path);
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    throw new Error(
      `python: the snapshot could not be written to ${dirname(path)} (${code}); name another folder by TURNWISE_CACHE or by the option snapshots, or start without one, slowly, by snapshots: null`,
      { cause: error },
    );
  } finally {
    removeDraft(draft);
  }
}

/** A draft that cannot be removed is not there, or must not hide why it could not be written. */
function removeDraft(draft: string): void {
  try {
    rmSync(draft, { force: true });
  } catch {}
}

function outputOf({ file, args, env, jailed = false }: WorkerCommand): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const stdio = ['ignore', 'pipe', 'pipe', ...(jailed ? ['pipe'] : [])] as 'pipe'[];
    const child = spawn(file, args, {
      env: jailed ? {} : { ...env },
      cwd: '/',
      stdio,
      timeout: makeMs,
      killSignal: 'SIGKILL',
    });
    const chunks: Buffer[] = [];
    let length = 0;
    let said = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > mostBytes) child.kill('SIGKILL');
      else chunks.push(chunk);
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString('utf8')).slice(-2000);
    });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0 && length > 0) resolve(Buffer.concat(chunks));
      else reject(new Error(`python: the interpreter could not be prepared, exit code ${code}\n${said.trim()}`));
    });
  });
}
