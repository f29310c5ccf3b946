import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { encodeFrame, FrameReader } from '../frames.js';
import { jailInfoDescriptor } from '../jail/jailed-command.js';
import { memorySignal } from '../worker/guard.js';
import { type InnerProcess, innerProcess } from './inner-process.js';
import { limitedCommand } from './limited-command.js';
import type { WorkerCommand } from './worker-command.js';

/** How a process ended: by a signal, if that is known, with the end of what it said on stderr. */
export interface ProcessEnd {
  readonly signal: string | null;
  readonly reason: string;
}

export interface WorkerProcessEvents {
  onValue(value: unknown): void;
  /** It sent something that is no frame. */
  onGarbage(): void;
  /** Once, when it has ended or could not be started. */
  onEnd(end: ProcessEnd): void;
}

const stderrBytes = 4096;
/** What was killed inside is gone within this, on a busy machine too; only then is the jail itself killed. */
const jailEndMs = 2000;
/** A jail that has just begun may take so long, on a busy machine, to say which process is inside. */
const jailStartMs = 5000;

/** A process that speaks frames on its standard streams, jailed or not: values in, values out, and its end. */
export class WorkerProcess {
  /** Settles when the process has ended. */
  readonly gone: Promise<void>;
  readonly #process: ChildProcess | null;
  readonly #reader: FrameReader;
  readonly #events: WorkerProcessEvents;
  readonly #jailed: boolean;
  #inner: InnerProcess | null = null;
  #outbox: Buffer[] = [];
  #stderr = '';
  #ended = false;
  #dying = false;
  #finish: () => void = () => {};

  constructor(command: WorkerCommand, maxFrameBytes: number, events: WorkerProcessEvents) {
    this.#reader = new FrameReader(maxFrameBytes);
    this.#events = events;
    this.#jailed = command.jailed ?? false;
    this.gone = new Promise((resolve) => {
      this.#finish = resolve;
    });
    this.#process = this.#spawn(command);
  }

  /** The process that runs the code, seen from here; inside a jail that is not the one that was started. */
  get pid(): number | undefined {
    return this.#jailed ? (this.#inner?.worker() ?? this.#process?.pid) : this.#process?.pid;
  }

  /** Values of one turn of the event loop leave in one write. */
  write(value: unknown): void {
    if (this.#outbox.push(encodeFrame(value)) > 1) return;
    queueMicrotask(() => {
      const frames = this.#outbox;
      this.#outbox = [];
      if (!this.#ended)
        this.#process?.stdin?.write(frames.length === 1 ? (frames[0] as Buffer) : Buffer.concat(frames));
    });
  }

  /**
   * SIGKILL. In a jail to the first process inside, whose end is the end of all that are there; the jail then ends by
   * itself, when they are gone, and is helped if it does not.
   */
  kill(): void {
    if (this.#ended) return;
    if (!this.#jailed) {
      this.#process?.kill('SIGKILL');
      return;
    }
    // A jail that has not said yet which process it began must live until it does: that one, which waits for it, would
    // stay behind for ever, with our pipes in its hands.
    this.#dying = true;
    this.#inner?.kill();
    const timer = setTimeout(() => this.#process?.kill('SIGKILL'), this.#inner === null ? jailStartMs : jailEndMs);
    void this.gone.then(() => clearTimeout(timer));
  }

  /** Processor time so far, in ms; `null` where the system does not say. */
  processorMs(): number | null {
    return this.pid === undefined ? null : processorMs(this.pid);
  }

  #spawn(command: WorkerCommand): ChildProcess | null {
    const { file, args } = limitedCommand(command);
    let child: ChildProcess;
    try {
      child = spawn(file, args, {
        env: this.#jailed ? {} : { ...command.env },
        cwd: '/',
        stdio: this.#jailed ? ['pipe', 'pipe', 'pipe', 'pipe'] : ['pipe', 'pipe', 'pipe'],
        windowsHide: true,
      });
    } catch (error) {
      // No descriptors are left, for one.
      queueMicrotask(() => this.#end((error as Error).message, null));
      return null;
    }
    child.once('error', (error) => this.#end(error.message, null));
    child.once('exit', (code, signal) =>
      this.#end(`exit code ${code}, signal ${signal}`, signal ?? (this.#jailed ? signalOfExitCode(code) : null)),
    );
    child.stdin?.on('error', () => {}); // the exit event says it all
    child.stdout?.on('data', (chunk: Buffer) => this.#read(chunk));
    child.stderr?.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString('utf8')).slice(-stderrBytes);
    });
    if (this.#jailed) {
      const info = child.stdio?.[jailInfoDescriptor] as Readable | undefined;
      info?.once('data', (chunk: Buffer) => {
        this.#inner = innerProcess(chunk.toString('utf8'));
        if (this.#dying) this.#inner?.kill();
      });
      info?.on('error', () => {});
    }
    return child;
  }

  #read(chunk: Buffer): void {
    try {
      for (const value of this.#reader.read(chunk)) {
        if (this.#ended) return;
        this.#events.onValue(value);
      }
    } catch {
      this.#events.onGarbage();
    }
  }

  #end(how: string, signal: string | null): void {
    if (this.#ended) return;
    this.#ended = true;
    const tail = this.#stderr.trim();
    this.#finish();
    this.#events.onEnd({ signal, reason: tail === '' ? how : `${how}\n${tail}` });
  }
}

/** A jail ends with 128 + the signal that ended what ran inside. */
function signalOfExitCode(code: number | null): string | null {
  const names: Readonly<Record<number, string>> = {
    1: 'SIGHUP',
    2: 'SIGINT',
    9: 'SIGKILL',
    12: memorySignal,
    15: 'SIGTERM',
  };
  return code !== null && code > 128 ? (names[code - 128] ?? `signal ${code - 128}`) : null;
}

function processorMs(pid: number): number | null {
  if (process.platform !== 'linux') return null;
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    const ticks = Number(fields[11]) + Number(fields[12]);
    return Number.isFinite(ticks) ? ticks * 10 : null;
  } catch {
    return null;
  }
}
