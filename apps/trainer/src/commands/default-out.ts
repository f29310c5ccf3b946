import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * `runs/2026-01-31_14-05-09_gtpo_s1` under `cwd`: sortable, without characters that Windows refuses, and new each time
 * (`-2`, `-3`, … when two runs begin in one second).
 */
export function defaultOut(cwd: string, algorithm: string, seed: number, date: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join('-');
  const path = join(cwd, 'runs', `${day}_${time}_${algorithm}_s${seed}`);
  let free = path;
  for (let next = 2; existsSync(free); next++) free = `${path}-${next}`;
  return free;
}
