import { AcceleratorError } from '../accelerator-error.js';
import type { NativeLayout } from './native-layout.js';
import { runCommand } from './run-command.js';

/** Loads a binding and the addon, and prints the version of the TensorFlow behind the one through the other. */
const PROGRAM = `
  const [binding, addon] = process.argv.slice(1).map((file) => {
    const module = { exports: {} };
    process.dlopen(module, file);
    return module.exports;
  });
  process.stdout.write(addon.withoutStderr(() => binding.TF_Version));
`;

/**
 * Loads the binding and the addon of a layout in a process of its own, where a library made for another processor may end
 * it, and compares TensorFlow's version. Throws an `AcceleratorError` (`broken-library`).
 */
export async function verifyBinding(layout: NativeLayout, signal?: AbortSignal): Promise<void> {
  const { version } = layout;
  const environment = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3', NODE_OPTIONS: '' };
  const result = await runCommand(process.execPath, ['-e', PROGRAM, layout.binding, layout.quietStderr], {
    environment,
    ...(signal ? { signal } : {}),
  });
  if (result.status === 'ended' && result.code === 0 && result.stdout === version) return;
  const said =
    result.status === 'ended' ? (/Error: .*/.exec(result.stderr)?.[0] ?? `it ended with ${result.code}`) : '';
  throw new AcceleratorError(
    'broken-library',
    `TensorFlow ${version} does not load on this machine: ${result.status === 'ended' && result.code === 0 ? `it calls itself ${result.stdout}` : said}`,
    'use the backend "wasm"; a processor with AVX and glibc 2.17 or newer is needed on Linux x64',
  );
}
