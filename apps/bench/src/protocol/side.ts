import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { type Message, parseMessage } from './parse-message.js';

/** A program that speaks the line protocol. */
export interface SideCommand {
  /** For messages and tables. */
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Told every line that it says on stderr. */
  readonly onLog?: (line: string) => void;
}

/** What every side says of itself once it is loaded and warm. */
export interface Ready {
  /** The exact call that a sample times. */
  readonly call: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly threads: number | string;
  readonly parameters: number;
  /** Whatever else this kind of side says. */
  readonly [more: string]: unknown;
}

/** Memory of a side's process. `tensors` only where they can be counted. */
export interface SideMemory {
  readonly peakBytes: number;
  readonly residentBytes: number;
  readonly tensors?: number;
}

/** Waits for the next message at most so many seconds; an error that the side tells is thrown. */
type NextMessage = (seconds: number) => Promise<Exclude<Message, { readonly kind: 'error' }>>;

const KEPT_LINES = 12;

/**
 * One side of a comparison: a process that loads once and computes only when it is asked. Everything it says on stderr
 * is kept for the message of its failure.
 */
export class Side {
  readonly name: string;
  readonly ready: Ready;
  readonly #child: ChildProcess;
  readonly #next: NextMessage;

  private constructor(name: string, ready: Ready, child: ChildProcess, next: NextMessage) {
    this.name = name;
    this.ready = ready;
    this.#child = child;
    this.#next = next;
  }

  /** Starts it and waits until it is ready. Rejects, with the end of what it said, if it ends or takes too long. */
  static async start({ name, file, args, env, onLog }: SideCommand, seconds = 600): Promise<Side> {
    const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env } });
    // A side that has gone is told by its exit, not by the pipe to it.
    child.stdin.on('error', () => {});
    const next = messagesOf(name, child, onLog);
    const message = await next(seconds);
    if (message.kind !== 'ready')
      throw new Error(`${name}: must say that it is ready, said ${JSON.stringify(message)}`);
    return new Side(name, message.value as Ready, child, next);
  }

  /** Asks for one action and waits for its answer. */
  async ask<T>(action: string, parameters: Readonly<Record<string, unknown>> = {}, seconds = 300): Promise<T> {
    this.#child.stdin?.write(`${JSON.stringify({ do: action, ...parameters })}\n`);
    const message = await this.#next(seconds);
    if (message.kind === 'ready') throw new Error(`${this.name}: said twice that it is ready`);
    return message.value as T;
  }

  /** Lets it end. */
  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => this.#child.once('exit', () => resolve()));
    this.#child.stdin?.end();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 5_000);
    await gone;
    clearTimeout(timer);
  }
}

/** Waits for the next message of a child; errors, its end and silence reject, and end it. */
function messagesOf(name: string, child: ChildProcess, onLog: SideCommand['onLog']): NextMessage {
  const lines: string[] = [];
  const said: string[] = [];
  let waiting: { resolve(line: string): void; reject(error: Error): void } | null = null;
  let ended: string | null = null;
  const fail = (why: string): Error => new Error(`${name}: ${why}${said.length === 0 ? '' : `\n${said.join('\n')}`}`);
  const end = (why: string): void => {
    ended ??= why;
    waiting?.reject(fail(why));
    waiting = null;
  };
  createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
    if (waiting === null) lines.push(line);
    else waiting.resolve(line);
    waiting = null;
  });
  createInterface({ input: child.stderr as NodeJS.ReadableStream }).on('line', (line) => {
    onLog?.(line);
    said.push(line);
    if (said.length > KEPT_LINES) said.shift();
  });
  child.on('error', (error) => end(error.message));
  child.on('close', (code, signal) => end(`ended with ${signal ?? `exit code ${code}`}`));
  return async (seconds) => {
    const line = await new Promise<string>((resolve, reject) => {
      const first = lines.shift();
      if (first !== undefined) return resolve(first);
      if (ended !== null) return reject(fail(ended));
      const timer = setTimeout(() => {
        child.kill('SIGKILL');
        end(`silent for ${seconds} s`);
      }, seconds * 1000);
      waiting = {
        resolve: (text) => {
          clearTimeout(timer);
          resolve(text);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      };
    });
    const message = parseMessage(line);
    if (message.kind !== 'error') return message;
    child.kill('SIGKILL');
    throw new Error(`${name}: ${message.text}`);
  };
}
