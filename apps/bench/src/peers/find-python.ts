import { runCommand } from './run-command.js';

export interface Python {
  readonly command: string;
  readonly version: string;
}

/** The Pythons that the pinned wheels are made for. */
const OLDEST = [3, 11] as const;
const NEWEST = [3, 14] as const;

/** `TURNWISE_PYTHON` if it is set, else the first of `python3` and `python` that is good enough; or why there is none. */
export async function findPython(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Python | { readonly reason: string }> {
  const own = environment['TURNWISE_PYTHON'];
  const found: string[] = [];
  for (const command of own ? [own] : ['python3', 'python']) {
    const script = 'import sys, venv, ensurepip; print("%d.%d.%d" % sys.version_info[:3])';
    const { code, lines } = await runCommand(command, ['-c', script]);
    const version = lines.at(-1)?.trim() ?? '';
    if (code !== 0) found.push(`${command}: ${code === 127 ? 'not there' : version}`);
    else if (isGoodEnough(version)) return { command, version };
    else found.push(`${command}: ${version}`);
  }
  const wanted = `Python ${OLDEST.join('.')} to ${NEWEST.join('.')} with venv`;
  return { reason: `${wanted} is needed for PyTorch (${found.join('; ')}); name one in TURNWISE_PYTHON` };
}

/** Whether wheels are pinned for `3.11.7` or the like. */
export function isGoodEnough(version: string): boolean {
  const [major, minor] = version.split('.').map(Number);
  return major === 3 && minor !== undefined && minor >= OLDEST[1] && minor <= NEWEST[1];
}
