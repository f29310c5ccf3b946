import { readResults } from '../report/saved-results.js';
import type { Profile } from './profile.js';

/** A profile as text: lines of a table, and what they leave room for. */
export interface ProfileText {
  readonly rows: readonly (readonly string[])[];
  readonly notes: readonly string[];
}

const TITLES = ['kind', 'operations', 'ms of one core', 'share'];

export function profileText(id: string, { ms, cores, kinds, operations, productsMs }: Profile): ProfileText {
  const rows = kinds.map(({ operation, count, ms: own, share }) => [
    operation,
    count === 0 ? '' : Math.round(count).toLocaleString('en'),
    own.toFixed(1),
    `${(100 * share).toFixed(0)} %`,
  ]);
  const longest = operations
    .slice(0, 6)
    .map((one) => `${one.operation} ${one.ms.toFixed(1)} ms (${Math.round(one.count)})`);
  return {
    rows: [TITLES, ...rows],
    notes: [
      `${ms.toFixed(1)} ms on ${cores} cores, ${(ms * cores).toFixed(0)} ms of one; longest: ${longest.join(', ')}`,
      `floor: the products alone on all cores take ${productsMs.toFixed(1)} ms, ${(productsMs / ms).toFixed(2)} of the whole${againstPeer(id, ms, productsMs)}`,
    ],
  };
}

/** Where the latest run of `bench policy` was slower or faster than now, its ratio is what the peer is held against. */
function againstPeer(id: string, ms: number, productsMs: number): string {
  const result = readResults('policy').get(id);
  const [row] =
    result?.status === 'run' ? result.comparisons.filter(({ bar, peer }) => bar !== null && peer !== null) : [];
  if (row === undefined || row.ratio === null || row.bar === null) return '';
  const { mean } = row.ratio;
  const floor = row.bar.rule === 'at most' ? mean * (productsMs / ms) : mean * (ms / productsMs);
  return `; the row ${id} stands at ${mean.toFixed(2)} (bar: ${row.bar.rule} ${row.bar.value}), and would at ${floor.toFixed(2)} if all but the products took no time`;
}

export function profileMarkdown(profiles: readonly { readonly id: string; readonly profile: Profile }[]): string {
  return profiles
    .flatMap(({ id, profile }) => {
      const { rows, notes } = profileText(id, profile);
      const [titles, ...others] = rows as [readonly string[], ...(readonly string[])[]];
      const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
      return [
        `**${id}**: \`${profile.call}\``,
        '',
        ...[titles, titles.map((_, i) => (i === 0 ? '---' : '---:')), ...others].map(line),
        '',
        ...notes.map((note) => `* ${note}`),
        '',
      ];
    })
    .join('\n')
    .trimEnd();
}
