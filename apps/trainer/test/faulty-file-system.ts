import { type FileSystem, nodeFileSystem } from '../src/run-directory/file-system.js';

/** Told before every operation; what it throws the operation throws. `'tear'` lets a write stop half-way. */
export type Fault = (operation: string, path: string) => 'tear' | undefined;

/** The real disk, with a fault function asked before each operation that changes it. */
export function faultyFileSystem(fault: Fault): FileSystem {
  return {
    ...nodeFileSystem,
    async makeDirectory(path) {
      fault('makeDirectory', path);
      await nodeFileSystem.makeDirectory(path);
    },
    async writeFile(path, content) {
      const torn = fault('writeFile', path) === 'tear';
      await nodeFileSystem.writeFile(path, torn ? content.slice(0, content.length >> 1) : content);
      if (torn) throw crash();
    },
    async openAppend(path) {
      fault('openAppend', path);
      const handle = await nodeFileSystem.openAppend(path);
      return {
        async write(text) {
          const torn = fault('write', path) === 'tear';
          await handle.write(torn ? text.slice(0, text.length >> 1) : text);
          if (torn) throw crash();
        },
        async sync() {
          fault('syncLog', path);
          await handle.sync();
        },
        close: () => handle.close(),
      };
    },
    async rename(from, to) {
      fault('rename', to);
      await nodeFileSystem.rename(from, to);
    },
    async remove(path) {
      fault('remove', path);
      await nodeFileSystem.remove(path);
    },
    async truncate(path, bytes) {
      fault('truncate', path);
      await nodeFileSystem.truncate(path, bytes);
    },
    async sync(path) {
      fault('sync', path);
      await nodeFileSystem.sync(path);
    },
  };
}

/** The process died. */
export function crash(): Error {
  return new Error('the process died here');
}

/** The disk is full. */
export function noSpace(): NodeJS.ErrnoException {
  return Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
}
