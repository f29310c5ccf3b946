import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AcceleratorError } from '../accelerator-error.js';
import type { NativeLayout } from './native-layout.js';
import type { Platform } from './platform.js';
import { NAPI_VERSION } from './prebuilt-binding.js';
import { runCommand } from './run-command.js';

const require = createRequire(import.meta.url);

/** A C++ compiler: a program and the arguments that come before ours. */
export interface Compiler {
  readonly command: string;
  readonly args: readonly string[];
  /** The first line of its `--version`. */
  readonly version: string;
}

/**
 * Compiles the two C++ files of `@tensorflow/tfjs-node-gpu` into the binding of a layout, against its own TensorFlow
 * and the headers of `node-api-headers`, and `native/quiet_stderr.cc` into the addon beside it. Node-API is ABI-stable:
 * the results serve every Node version. 5 to 7 seconds with g++, about 50 with zig, which first builds its C++ library.
 *
 * Throws an `AcceleratorError` (`compile-failed`) with the compiler's first complaint.
 */
export async function compileBinding(
  compiler: Compiler,
  layout: NativeLayout,
  platform: Platform,
  options: { readonly environment?: NodeJS.ProcessEnv; readonly signal?: AbortSignal } = {},
): Promise<void> {
  await mkdir(dirname(layout.binding), { recursive: true });
  for (const args of [bindingArguments(layout, platform), addonArguments(layout, platform)]) {
    await run(compiler, args, options);
  }
}

async function run(
  compiler: Compiler,
  args: readonly string[],
  options: { readonly environment?: NodeJS.ProcessEnv; readonly signal?: AbortSignal },
): Promise<void> {
  const result = await runCommand(compiler.command, [...compiler.args, ...args], options);
  if (result.status === 'ended' && result.code === 0) return;
  const output = result.status === 'ended' ? result.stderr : 'it cannot be started';
  const complaint = output.split('\n').find((line) => /error/i.test(line)) ?? output.split('\n')[0] ?? '';
  throw new AcceleratorError(
    'compile-failed',
    `${compiler.command} (${compiler.version}) cannot compile the binding: ${complaint}`,
    'install a C++17 compiler (g++ or clang++), or name one with CXX',
  );
}

function bindingArguments(layout: NativeLayout, platform: Platform): readonly string[] {
  const source = dirname(require.resolve('@tensorflow/tfjs-node-gpu/package.json'));
  const includes = ['-I', source, '-I', layout.includeFolder];
  const files = ['tfjs_backend.cc', 'tfjs_binding.cc'].map((file) => join(source, 'binding', file));
  // Libraries are named as files, because `-l` does not find a name with a version on every linker.
  const libraries = layout.libraries.map((library) => join(layout.libraryFolder, library));
  const runPath = `-Wl,-rpath,${originOf(platform)}/../tensorflow`;
  return [...moduleArguments(platform), ...includes, ...files, '-o', layout.binding, ...libraries, runPath];
}

function addonArguments(layout: NativeLayout, platform: Platform): readonly string[] {
  const source = fileURLToPath(new URL('../../native/quiet_stderr.cc', import.meta.url));
  return [...moduleArguments(platform), source, '-o', layout.quietStderr];
}

/**
 * What every module of Node-API is compiled with. Its functions are found in the running Node. On Linux it is never
 * unmapped: Node unloads it with the last thread that uses it, and zig's libraries leave their destructors behind then.
 */
function moduleArguments(platform: Platform): readonly string[] {
  const { include_dir } = require('node-api-headers') as { include_dir: string };
  const common = ['-O2', '-std=c++17', '-fPIC', `-DNAPI_VERSION=${NAPI_VERSION}`, '-w', '-I', include_dir];
  switch (platform) {
    case 'linux-x64':
    case 'linux-arm64':
      return [...common, '-shared', '-Wl,-z,nodelete'];
    case 'darwin-arm64':
      return [...common, '-dynamiclib', '-undefined', 'dynamic_lookup'];
    default:
      return platform satisfies never;
  }
}

/** How a run path names the folder of the library that holds it. */
function originOf(platform: Platform): string {
  switch (platform) {
    case 'linux-x64':
    case 'linux-arm64':
      return '$ORIGIN';
    case 'darwin-arm64':
      return '@loader_path';
    default:
      return platform satisfies never;
  }
}
