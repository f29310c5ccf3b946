import type { RowResult } from '../result.js';
import { cellsOf, TITLES } from './cells.js';

export interface Machine {
  readonly system: string;
  readonly processor: string;
  readonly cores: number;
  readonly memoryBytes: number;
}

/** The results as a section of the docs: the machine, the table, who called what, what was not run. */
export function markdownSection(results: readonly RowResult[], machine: Machine): string {
  const ran = results.filter((result) => result.status === 'run');
  const missing = results.filter((result) => result.status === 'not run');
  const days = [...new Set(ran.map(({ at }) => at.slice(0, 10)))].sort();
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [
    `${machine.system}, ${machine.processor}, ${machine.cores} cores, ${(machine.memoryBytes / 1e9).toFixed(0)} GB; ${days.join(', ')}.`,
    '',
    line(TITLES),
    line(TITLES.map(() => '---')),
    ...results.flatMap(cellsOf).map(line),
    '',
    ...missing.map(({ id, reason }) => `* ${id}: not run: ${firstLine(reason)}`),
    ...(missing.length === 0 ? [] : ['']),
    ...callLines(results),
  ].join('\n');
}

/** Who called what, with which versions and threads; sides that say the same stand together. */
function callLines(results: readonly RowResult[]): string[] {
  return results.flatMap((result) => {
    if (result.status === 'not run') return [];
    const sides = result.sides.map(({ name, call, versions, threads, parameters }) => {
      const with_ = Object.entries(versions).map(([what, version]) => `${what} ${version}`);
      return `    * ${name}: \`${call}\`; ${with_.join(', ')}; threads: ${threads}${parameters === 0 ? '' : `; ${(parameters / 1e6).toFixed(2)} M parameters`}`;
    });
    return [
      `* **${result.id}** (${result.seconds.toFixed(0)} s)`,
      ...sides,
      ...result.notes.map((note) => `    * ${note}`),
    ];
  });
}

const firstLine = (text: string) => text.split('\n')[0] ?? '';

/**
 * Replaces what stands between `<!-- NAME: begin -->` and `<!-- NAME: end -->`.
 *
 * @throws Error if the text lacks the marks.
 */
export function replaceSection(text: string, name: string, section: string): string {
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`docs: must hold ${begin} before ${end}`);
  return `${text.slice(0, from + begin.length)}\n${section}\n${text.slice(to)}`;
}
