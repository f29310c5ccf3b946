import { mkdir, open, readdir, readFile, rename, rm, stat, truncate } from 'node:fs/promises';

/** A file that only grows. */
export interface AppendHandle {
  write(text: string): Promise<void>;
  /** Returns when the bytes are on the disk. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** What a run directory does to the disk: small, so that a test can let every single operation fail. */
export interface FileSystem {
  /** Fails with `EEXIST` when something is there. */
  makeDirectory(path: string): Promise<void>;
  /** Writes a whole file and returns when it is on the disk. */
  writeFile(path: string, content: string | Uint8Array): Promise<void>;
  openAppend(path: string): Promise<AppendHandle>;
  rename(from: string, to: string): Promise<void>;
  /** Removes a file or a whole folder; nothing there is fine. */
  remove(path: string): Promise<void>;
  truncate(path: string, bytes: number): Promise<void>;
  /** Makes the entries of a folder, or the bytes of a file, lasting. */
  sync(path: string): Promise<void>;
  readText(path: string): Promise<string>;
  list(path: string): Promise<string[]>;
  /** Bytes of a file, 0 when there is none. */
  size(path: string): Promise<number>;
}

export const nodeFileSystem: FileSystem = {
  async makeDirectory(path) {
    await mkdir(path);
  },
  async writeFile(path, content) {
    const handle = await open(path, 'w');
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
  async openAppend(path) {
    const handle = await open(path, 'a');
    return {
      write: (text) => handle.appendFile(text),
      sync: () => handle.sync(),
      close: () => handle.close(),
    };
  },
  rename,
  remove: (path) => rm(path, { recursive: true, force: true }),
  truncate,
  async sync(path) {
    const isDirectory = (await stat(path)).isDirectory();
    // Windows has no handle on a folder to sync.
    if (isDirectory && process.platform === 'win32') return;
    const handle = await open(path, isDirectory ? 'r' : 'r+');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
  readText: (path) => readFile(path, 'utf8'),
  list: (path) => readdir(path),
  async size(path) {
    return await stat(path).then(
      ({ size }) => size,
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return 0;
        throw error;
      },
    );
  },
};
