// `node bench/python.mjs` after a build: what a Python process costs, from a snapshot and without one, interleaved.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPythonSandbox } from '../dist/python/index.js';

const rounds = Number(process.argv[2] ?? 5);
const folder = mkdtempSync(join(tmpdir(), 'turnwise-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const times = {
  'make the snapshot': [],
  'first result, from the snapshot': [],
  'first result, without one': [],
  'a step': [],
};
const residentMb = [];
const timed = async (name, work) => {
  const startedAt = performance.now();
  const result = await work();
  times[name].push(performance.now() - startedAt);
  return result;
};
const first = async (snapshots) => {
  const sandbox = await createPythonSandbox({ children: 1, snapshots });
  const session = await sandbox.session();
  const result = await session.run('6 * 7');
  if (result.text !== '42') throw new Error(JSON.stringify(result));
  return { sandbox, session };
};

const residentOf = (pid) =>
  Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

await timed('make the snapshot', async () => (await createPythonSandbox({ children: 1, snapshots: folder })).close());
for (let round = 0; round < rounds; round++) {
  const { sandbox, session } = await timed('first result, from the snapshot', () => first(folder));
  for (let step = 0; step < 20; step++) await timed('a step', () => session.run('sum(range(100))'));
  // The one with a session is the largest; the spare stands beside it.
  residentMb.push(Math.max(...sandbox.childPids().map(residentOf)));
  await sandbox.close();
  await (await timed('first result, without one', () => first(null))).sandbox.close();
}
for (const [name, values] of Object.entries(times)) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (part) => (sorted[Math.round(part * (sorted.length - 1))] ?? 0).toFixed(sorted[0] < 100 ? 1 : 0);
  console.log(`${name.padEnd(32)} median ${at(0.5)} ms, from ${at(0)} to ${at(1)}`);
}
console.log(`resident memory of a session        ${Math.max(...residentMb).toFixed(0)} MB`);
