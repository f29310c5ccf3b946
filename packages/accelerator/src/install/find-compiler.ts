import type { Compiler } from './compile-binding.js';
import { runCommand } from './run-command.js';

/** The C++ compilers of the machine that start: `CXX`, then c++, g++ and clang++. */
export async function findCompilers(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<readonly Compiler[]> {
  const named = environment['CXX']?.trim().split(/\s+/);
  const candidates = [...(named?.[0] ? [named] : []), ['c++'], ['g++'], ['clang++']];
  const found: Compiler[] = [];
  for (const [command = '', ...args] of candidates) {
    const result = await runCommand(command, [...args, '--version'], { environment: { ...environment } });
    if (result.status === 'missing' || result.code !== 0) continue;
    const version = result.stdout.split('\n')[0]?.trim() ?? '';
    if (!found.some((other) => other.version === version)) found.push({ command, args, version });
  }
  return found;
}
