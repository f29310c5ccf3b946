import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { exitCodes } from '../exit-codes.js';
import { ROOT } from '../paths.js';
import { type Profile, profile } from '../profile/profile.js';
import { profileMarkdown, profileText } from '../profile/profile-section.js';
import { replaceSection } from '../report/markdown-section.js';
import { textTable } from '../report/text-table.js';
import { samplingJob } from '../rows/sampling-row.js';
import { trainingJob } from '../rows/training-row.js';
import { ourSide } from '../rows/with-sides.js';
import type { OurJob } from '../work/jobs.js';
import type { BenchOptions } from './bench-options.js';

const training = (size: 'd128' | 'd256' | 'd512') => async (): Promise<OurJob> => ({
  kind: 'training-step',
  ...(await trainingJob(size)),
});
const sampling = (size: 'd128' | 'd256' | 'd512', batch: number) => async (): Promise<OurJob> => ({
  kind: 'sampling',
  ...(await samplingJob(size, batch)),
});

/** What can be profiled, by the row of `bench policy` that times it. */
const SUBJECTS: Readonly<Record<string, () => Promise<OurJob>>> = {
  'step-d128': training('d128'),
  'step-d256': training('d256'),
  'step-d512': training('d512'),
  'sample-d128-1': sampling('d128', 1),
  'sample-d128-32': sampling('d128', 32),
  'sample-d128-256': sampling('d128', 256),
  'sample-d256-32': sampling('d256', 32),
  'sample-d512-32': sampling('d512', 32),
};

/** `bench profile`: where the time of the engine goes, by operation. */
export function profileCommand(finish: (code: number) => void): Command {
  const collect = (value: string, earlier: readonly string[]): string[] => [...earlier, value];
  return new Command('profile')
    .description("where the engine's time goes, by operation of TensorFlow")
    .option('--only <ROW>', 'this row, or all that begin so (step, sample-d128); may be repeated', collect, [])
    .option('--json', 'print the profiles as the last line of stdout, everything else to stderr')
    .option('--write-docs', 'write the profiles into docs/benchmarks.md')
    .addHelpText('after', () => `\nRows: ${Object.keys(SUBJECTS).join(', ')}`)
    .action(async (options: BenchOptions) => finish(await run(options)));
}

async function run({ only, json, writeDocs }: BenchOptions): Promise<number> {
  const out = json ? process.stderr : process.stdout;
  const line = (text = ''): void => void out.write(`${text}\n`);
  const ids = Object.keys(SUBJECTS).filter((id) => only.length === 0 || only.some((begin) => id.startsWith(begin)));
  if (ids.length === 0) {
    process.stderr.write(`error: --only: one of ${Object.keys(SUBJECTS).join(', ')}, got ${only.join(', ')}\n`);
    return exitCodes.usage;
  }
  const profiles: { readonly id: string; readonly profile: Profile }[] = [];
  for (const id of ids) {
    const job = await (SUBJECTS[id] as () => Promise<OurJob>)();
    const made = await profile(ourSide(job, { device: 'cpu' }));
    profiles.push({ id, profile: made });
    const { rows, notes } = profileText(id, made);
    line(id);
    for (const text of [...textTable(rows), ...notes]) line(`  ${text}`);
    line();
  }
  if (writeDocs) {
    const path = join(ROOT, 'docs', 'benchmarks.md');
    writeFileSync(path, replaceSection(readFileSync(path, 'utf8'), 'profile', profileMarkdown(profiles)));
    line(`written: ${path}`);
  }
  if (json) process.stdout.write(`${JSON.stringify({ bench: 'profile', profiles })}\n`);
  return exitCodes.ok;
}
