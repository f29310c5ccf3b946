import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import type { PinnedWheel } from '../src/install/pinned-wheels.js';

/** A wheel made in memory, and what a pinned list would say of it. */
export interface FakeWheel {
  readonly bytes: Buffer;
  readonly pinned: PinnedWheel;
}

/** Fixed, so that the same files give the same bytes. */
const MADE = new Date('2024-01-01T00:00:00Z');

/** A zip archive with these files (path → content); a path in `executable` gets its execute bits. */
export async function fakeWheel(
  file: string,
  files: Readonly<Record<string, string | Buffer>>,
  executable: readonly string[] = [],
): Promise<FakeWheel> {
  const zip = new ZipFile();
  for (const [path, content] of Object.entries(files)) {
    const mode = executable.includes(path) ? 0o100755 : 0o100644;
    zip.addBuffer(Buffer.from(content), path, { mode, mtime: MADE });
  }
  zip.end();
  const bytes = await buffer(zip.outputStream as unknown as AsyncIterable<Buffer>);
  const [project = '', version = ''] = file.split('-');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return {
    bytes,
    pinned: { project: project.replaceAll('_', '-'), version, file, sha256, bytes: bytes.byteLength },
  };
}

/** A wheel with the files that an installation takes from TensorFlow's, and some that it leaves. */
export function fakeTensorflow(): Promise<FakeWheel> {
  return fakeWheel('tensorflow_cpu-2.18.1-cp311-cp311-manylinux_2_17_x86_64.whl', {
    'tensorflow/libtensorflow_cc.so.2': Buffer.alloc(300_000, 7),
    'tensorflow/libtensorflow_framework.so.2': 'framework',
    'tensorflow/include/tensorflow/c/c_api.h': '// header',
    'tensorflow/include/absl/strings/str_cat.h': '// not needed',
    'tensorflow/python/framework/ops.py': '# not needed',
  });
}

/** A wheel of NVIDIA's with a library that an installation takes, and a header and a static library that it leaves. */
export function fakeNvidia(library: string): Promise<FakeWheel> {
  return fakeWheel(`nvidia_${library}_cu12-12.5.82-py3-none-manylinux2014_x86_64.whl`, {
    [`nvidia/${library}/lib/lib${library}.so.12`]: `library ${library}`,
    [`nvidia/${library}/lib/lib${library}_static.a`]: 'not needed',
    [`nvidia/${library}/include/${library}.h`]: '// not needed',
    [`nvidia_${library}_cu12-12.5.82.dist-info/License.txt`]: 'licence',
    'nvidia/__init__.py': '',
  });
}
