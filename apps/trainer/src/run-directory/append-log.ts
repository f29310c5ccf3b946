import type { AppendHandle, FileSystem } from './file-system.js';
import { finiteJson } from './finite-json.js';

/**
 * A JSONL file that grows by whole lines and knows its length in bytes, so that a checkpoint can say how much of it
 * belongs to it. Appends run one after the other in the order of the calls. When one fails half-way (full disk) the
 * file is cut back to the last whole line.
 */
export class AppendLog {
  readonly path: string;
  readonly #fileSystem: FileSystem;
  #handle: AppendHandle | null = null;
  #bytes: number;
  #last: Promise<void> = Promise.resolve();

  private constructor(path: string, fileSystem: FileSystem, bytes: number) {
    this.path = path;
    this.#fileSystem = fileSystem;
    this.#bytes = bytes;
  }

  /** Opens a log, new or grown before. */
  static async open(path: string, fileSystem: FileSystem): Promise<AppendLog> {
    return new AppendLog(path, fileSystem, await fileSystem.size(path));
  }

  /** Bytes of the whole lines written so far; appends still under way do not count. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Appends each value as one line. Throws a `RangeError` for a number that JSON cannot hold. */
  append(...values: readonly object[]): Promise<void> {
    const text = values.map((value) => `${finiteJson(value)}\n`).join('');
    return this.#afterLast(() => this.#write(text));
  }

  /** Cuts the file back to its first `bytes` bytes. Throws when the file is shorter: lines are missing. */
  truncateTo(bytes: number): Promise<void> {
    return this.#afterLast(async () => {
      if (this.#bytes < bytes) {
        throw new Error(`${this.path}: must hold at least ${bytes} bytes, holds ${this.#bytes}; lines are missing`);
      }
      if (this.#bytes === bytes) return;
      await this.#fileSystem.truncate(this.path, bytes);
      this.#bytes = bytes;
    });
  }

  /** Returns when every line appended so far is on the disk. */
  sync(): Promise<void> {
    return this.#afterLast(async () => this.#handle?.sync());
  }

  close(): Promise<void> {
    return this.#afterLast(async () => {
      await this.#handle?.close();
      this.#handle = null;
    });
  }

  async #write(text: string): Promise<void> {
    this.#handle ??= await this.#fileSystem.openAppend(this.path);
    try {
      await this.#handle.write(text);
    } catch (error) {
      // What remains torn if this fails too is cut off by the next resume.
      await this.#fileSystem.truncate(this.path, this.#bytes).catch(() => undefined);
      throw error;
    }
    this.#bytes += Buffer.byteLength(text);
  }

  /** A failed operation fails its own caller only. */
  #afterLast(operation: () => Promise<void>): Promise<void> {
    const result = this.#last.then(operation);
    this.#last = result.catch(() => undefined);
    return result;
  }
}
