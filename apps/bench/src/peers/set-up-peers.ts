import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE, PYTHON_FOLDER } from '../paths.js';
import { findPython } from './find-python.js';
import { requirementSteps } from './requirement-steps.js';
import { runCommand } from './run-command.js';

/** The Python that has the peers, or why there is none. */
export type Peers =
  | { readonly status: 'ready'; readonly python: string }
  | { readonly status: 'absent'; readonly reason: string };

/** What the wheels take when they are unpacked, with room for pip to unpack the largest twice. */
const NEEDED_BYTES = 8e9;

/**
 * A virtual environment with the pinned peers, in the cache: made once per set of requirements and Python, noticed at
 * once when it is whole, gone on with when it is not. pip's own configuration says where wheels come from.
 */
export async function setUpPeers(
  files: readonly string[],
  report: (line: string) => void,
  cache: string = CACHE,
): Promise<Peers> {
  const found = await findPython();
  if ('reason' in found) return { status: 'absent', reason: found.reason };
  const text = files.map((file) => readFileSync(join(PYTHON_FOLDER, file), 'utf8')).join('\n');
  const digest = createHash('sha256').update(`${text}\n${found.version}`).digest('hex').slice(0, 12);
  const folder = join(cache, `peers-${digest}`);
  const python = join(folder, ...(process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python']));
  const stamp = join(folder, 'done.json');
  const done = readDone(stamp);
  const steps = requirementSteps(text);
  if (done >= steps.length) return { status: 'ready', python };

  mkdirSync(cache, { recursive: true });
  const { bavail, bsize } = statfsSync(cache);
  if (done === 0 && bavail * bsize < NEEDED_BYTES) {
    const has = `${gigabytes(bavail * bsize)} of ${gigabytes(NEEDED_BYTES)} GB`;
    return { status: 'absent', reason: `the disk of ${cache} has ${has} that PyTorch needs` };
  }
  const start = performance.now();
  report(`The peers of the comparison, PyTorch among them: once, into ${folder} (about 2.5 GB on Linux)`);
  if (done === 0) {
    rmSync(folder, { recursive: true, force: true });
    const made = await runCommand(found.command, ['-m', 'venv', folder]);
    if (made.code !== 0) return absent(`${found.command} -m venv`, made.lines);
  }
  for (let i = done; i < steps.length; i++) {
    const step = steps[i] as readonly string[];
    const what = step.length === 1 ? (step[0] as string).replace(/ ;.*/, '') : `${step.length} packages`;
    report(`  ${i + 1} of ${steps.length}: ${what} (${seconds(start)} s so far)`);
    const options = ['--no-deps', '--only-binary', ':all:', '--no-input', '--progress-bar', 'off', '--quiet'];
    const pip = ['-m', 'pip', '--disable-pip-version-check', 'install', ...options, ...step];
    const installed = await runCommand(python, pip);
    if (installed.code !== 0) return absent(`pip install ${what}`, installed.lines);
    writeFileSync(stamp, JSON.stringify({ steps: i + 1 }));
  }
  report(`  done in ${seconds(start)} s`);
  return { status: 'ready', python };
}

function absent(what: string, lines: readonly string[]): Peers {
  const last = lines.filter((line) => /error|not found|no matching/i.test(line)).at(-1) ?? lines.at(-1) ?? '';
  return { status: 'absent', reason: `${what} failed: ${last.trim()}` };
}

/** How many steps an earlier set-up has finished. */
function readDone(stamp: string): number {
  try {
    return Number((JSON.parse(readFileSync(stamp, 'utf8')) as { steps: number }).steps);
  } catch {
    return 0;
  }
}

const gigabytes = (bytes: number) => (bytes / 1e9).toFixed(1);
const seconds = (start: number) => Math.round((performance.now() - start) / 1000);
