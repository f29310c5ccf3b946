import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AcceleratorError } from '../accelerator-error.js';
import { OTHER_WAYS } from './http.js';
import type { WheelSources } from './obtain-wheel.js';
import type { PinnedWheel } from './pinned-wheels.js';
import { runCommand } from './run-command.js';

/**
 * Has pip fetch a wheel into a folder, whatever Python it belongs to, and returns the file's path. Throws an
 * `AcceleratorError` (`not-found`) when there is no Python with pip or pip fails.
 */
export async function pipDownload(
  wheel: PinnedWheel,
  folder: string,
  options: Pick<WheelSources, 'pythons' | 'signal' | 'onEvent'>,
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const args = ['-m', 'pip', 'download', '--no-deps', '--no-input', '--progress-bar', 'off', ...tagsOf(wheel.file)];
  for (const python of options.pythons) {
    const pip = await runCommand(python, ['-m', 'pip', '--version']);
    if (pip.status === 'missing' || pip.code !== 0) continue;
    options.onEvent({ status: 'note', text: `asking pip for ${wheel.file} (${Math.round(wheel.bytes / 1e6)} MB)` });
    const result = await runCommand(
      python,
      [...args, '--dest', folder, `${wheel.project}==${wheel.version}`],
      options.signal ? { signal: options.signal } : {},
    );
    if (result.status === 'ended' && result.code === 0) return join(folder, wheel.file);
    const said = result.status === 'missing' ? '' : result.stderr;
    const complaint = /^ERROR.*$/m.exec(said)?.[0] ?? said.trim().split('\n').at(-1);
    throw new AcceleratorError('not-found', `pip cannot fetch ${wheel.file}: ${complaint}`, OTHER_WAYS);
  }
  throw new AcceleratorError('not-found', 'there is no Python with pip to ask instead', OTHER_WAYS);
}

/** `name-version-cp311-cp311-linux_x.linux_y.whl` → the options with which pip takes exactly that file. */
function tagsOf(file: string): readonly string[] {
  const [python = '', abi = '', platforms = ''] = file
    .replace(/\.whl$/, '')
    .split('-')
    .slice(-3);
  return [
    '--only-binary=:all:',
    ...(python.startsWith('cp') ? ['--implementation', 'cp', '--python-version', python.slice(2)] : []),
    ...(abi === 'none' ? [] : ['--abi', abi]),
    ...platforms.split('.').flatMap((platform) => ['--platform', platform]),
  ];
}
