import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { create } from 'tar';
import { onTestFinished } from 'vitest';
import type { PinnedArchive } from '../src/install/tfjs-archive.js';
import { temporaryFolder } from './temporary-folder.js';

const FILE = 'libtensorflow-cpu-linux-x86_64-2.9.1.tar.gz';

/** An archive laid out as TensorFlow's C library is published: versioned libraries, links to them, headers. */
export async function fakeArchive(): Promise<Buffer> {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'lib'));
  mkdirSync(join(folder, 'include', 'tensorflow', 'c'), { recursive: true });
  for (const library of ['libtensorflow', 'libtensorflow_framework']) {
    writeFileSync(join(folder, 'lib', `${library}.so.2.9.1`), `old ${library}`);
    symlinkSync(`${library}.so.2.9.1`, join(folder, 'lib', `${library}.so.2`));
    symlinkSync(`${library}.so.2`, join(folder, 'lib', `${library}.so`));
  }
  writeFileSync(join(folder, 'include', 'tensorflow', 'c', 'c_api.h'), '// header');
  writeFileSync(join(folder, 'LICENSE'), 'licence');
  const file = join(folder, FILE);
  await create({ file, cwd: folder, gzip: true, prefix: '.' }, ['lib', 'include', 'LICENSE']);
  return readFileSync(file);
}

/** A server that answers everything with these bytes, and what a pinned list would say of them. */
export async function serveArchive(bytes: Buffer, status = 200): Promise<PinnedArchive & { readonly asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(status, { 'content-type': 'application/gzip', 'content-length': bytes.byteLength }).end(bytes);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/tensorflow/${FILE}`;
  return { url, file: FILE, sha256: createHash('sha256').update(bytes).digest('hex'), asked };
}
