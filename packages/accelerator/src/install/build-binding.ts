import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AcceleratorError } from '../accelerator-error.js';
import { type Compiler, compileBinding } from './compile-binding.js';
import { findCompilers } from './find-compiler.js';
import type { NativeLayout } from './native-layout.js';
import type { WheelSources } from './obtain-wheel.js';
import type { PinnedWheel } from './pinned-wheels.js';
import type { Platform } from './platform.js';
import { takePrebuilt } from './prebuilt-binding.js';
import { verifyBinding } from './verify-binding.js';
import { zigCompiler } from './zig-compiler.js';

/** What building a binding needs. `scratch` is a folder that does not exist yet and will not exist afterwards. */
export interface BindingBuild {
  readonly layout: NativeLayout;
  readonly platform: Platform;
  readonly zig: PinnedWheel;
  readonly sources: WheelSources;
  readonly scratch: string;
  /** The folder of a prebuilt binding, `null` for none; by default that of its package, if it is installed. */
  readonly prebuilt?: string | null;
}

/**
 * Makes the binding and the addon of a layout and loads them once: the prebuilt ones, if their package is installed and
 * they load; else compiled with the first compiler that manages it, the machine's own before the one in the `ziglang`
 * wheel. Returns the compiler's version.
 *
 * Throws an `AcceleratorError`: `no-compiler` when there is none and the wheel cannot be had, `compile-failed`,
 * `broken-library`.
 */
export async function buildBinding(build: BindingBuild): Promise<string> {
  const prebuilt = await prebuiltInstead(build);
  if (prebuilt !== null) return prebuilt;
  const { layout, platform, sources, scratch } = build;
  const compilers = await findCompilers();
  try {
    for (const compiler of compilers) {
      try {
        return await compileAndLoad(compiler, build);
      } catch (error) {
        sources.signal?.throwIfAborted();
        if (!(error instanceof AcceleratorError) || error.code !== 'compile-failed') throw error;
        sources.onEvent({ status: 'note', text: error.problem });
      }
    }
    const zig = await zigInstead(build, compilers.length > 0);
    const environment = {
      ...process.env,
      ZIG_GLOBAL_CACHE_DIR: join(scratch, 'cache'),
      ZIG_LOCAL_CACHE_DIR: join(scratch, 'cache'),
    };
    sources.onEvent({ status: 'note', text: `compiling the binding with ${zig.version} (about a minute)` });
    await compileBinding(zig, layout, platform, { environment, ...(sources.signal ? { signal: sources.signal } : {}) });
    await verifyBinding(layout, sources.signal);
    return zig.version;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** The compiler of a prebuilt binding that is there and loads, else `null`; why one that is there does not serve is told. */
async function prebuiltInstead({ layout, platform, sources, prebuilt }: BindingBuild): Promise<string | null> {
  const result = await takePrebuilt(layout, platform, prebuilt);
  switch (result.status) {
    case 'absent':
      return null;
    case 'unfit':
      sources.onEvent({ status: 'note', text: `the prebuilt binding is not used: ${result.reason}` });
      return null;
    case 'taken':
      break;
    default:
      return result satisfies never;
  }
  try {
    await verifyBinding(layout, sources.signal);
    sources.onEvent({ status: 'note', text: `taking the prebuilt binding (${result.compiler})` });
    return result.compiler;
  } catch (error) {
    sources.signal?.throwIfAborted();
    if (!(error instanceof AcceleratorError)) throw error;
    sources.onEvent({ status: 'note', text: `the prebuilt binding does not load: ${error.problem}` });
    return null;
  }
}

async function compileAndLoad(compiler: Compiler, { layout, platform, sources }: BindingBuild): Promise<string> {
  sources.onEvent({ status: 'note', text: `compiling the binding with ${compiler.version}` });
  await compileBinding(compiler, layout, platform, sources.signal ? { signal: sources.signal } : {});
  await verifyBinding(layout, sources.signal);
  return compiler.version;
}

async function zigInstead({ zig, platform, scratch, sources }: BindingBuild, hadOther: boolean): Promise<Compiler> {
  try {
    return await zigCompiler(zig, platform, scratch, sources);
  } catch (error) {
    if (!(error instanceof AcceleratorError) || error.code === 'disk-full') throw error;
    throw new AcceleratorError(
      'no-compiler',
      `${hadOther ? 'no C++ compiler of this machine compiles the binding' : 'this machine has no C++ compiler'}, and the one in ${zig.file} cannot be had (${error.problem})`,
      'install g++ or clang++, or name a compiler with CXX',
      { cause: error },
    );
  }
}
