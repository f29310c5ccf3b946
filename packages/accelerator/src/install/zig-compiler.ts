import { join } from 'node:path';
import type { Compiler } from './compile-binding.js';
import { obtainWheel, type WheelSources } from './obtain-wheel.js';
import type { PinnedWheel } from './pinned-wheels.js';
import type { Platform } from './platform.js';
import { unpackWheel } from './unpack-wheel.js';

/**
 * The C++ compiler in the wheel `ziglang`, unpacked into a folder that the caller removes afterwards. It links against
 * glibc 2.17 on Linux, as TensorFlow's own wheels do, so that the binding runs wherever they run.
 */
export async function zigCompiler(
  wheel: PinnedWheel,
  platform: Platform,
  folder: string,
  sources: WheelSources,
): Promise<Compiler> {
  const file = await obtainWheel(wheel, sources);
  sources.onEvent({ status: 'note', text: 'unpacking the C++ compiler of the wheel ziglang' });
  await unpackWheel({
    wheel: file,
    folder,
    wanted: (path) => path.startsWith('ziglang/'),
    ...(sources.signal ? { signal: sources.signal } : {}),
  });
  return {
    command: join(folder, 'ziglang', 'zig'),
    args: ['c++', '-target', targetOf(platform)],
    version: `zig ${wheel.version}`,
  };
}

function targetOf(platform: Platform): string {
  switch (platform) {
    case 'linux-x64':
      return 'x86_64-linux-gnu.2.17';
    case 'linux-arm64':
      return 'aarch64-linux-gnu.2.17';
    case 'darwin-arm64':
      return 'aarch64-macos';
    default:
      return platform satisfies never;
  }
}
