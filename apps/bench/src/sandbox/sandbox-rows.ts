import { fileURLToPath } from 'node:url';
import { bootstrapInterval } from '@turnwise/advantages';
import type { AttackReport } from '@turnwise/sandbox/attack';
import { type Alternated, alternate } from '../measure/alternate.js';
import type { Side, SideCommand } from '../protocol/side.js';
import type { Comparison } from '../result.js';
import type { Row } from '../rows/row-context.js';
import { withSides } from '../rows/with-sides.js';
import { median } from '../statistics/median.js';
import { pairedRatio } from '../statistics/paired-ratio.js';
import { type Bar, verdictOf } from '../statistics/verdict.js';
import type { SessionsMemory } from './sessions-memory.js';

const program = fileURLToPath(new URL('./side.js', import.meta.url));
const side = (name: string, kind: string): SideCommand => ({
  name,
  file: process.execPath,
  args: ['--expose-gc', program, kind],
});

/** The rows of `bench sandbox` with their bars. */
export const SANDBOX_ROWS: readonly Row[] = [
  ratesRow('raw', 'stateless calls', ['stateless', 'raw'], 'isolated-vm without walls', {
    rule: 'at least',
    value: 0.8,
  }),
  ratesRow('step', 'session steps', ['steps', 'stateless'], 'stateless calls of ours', { rule: 'at least', value: 15 }),
  ratesRow('raw-step', 'session steps', ['steps', 'raw-steps'], 'isolated-vm contexts without walls', null),
  ratesRow('node', 'stateless calls', ['stateless', 'node'], 'a node process per call', {
    rule: 'at least',
    value: 40,
  }),
  ratesRow('python', 'stateless calls', ['stateless', 'python'], 'a python3 process per call', null),
  ratesRow('vm', 'stateless calls', ['stateless', 'vm'], 'worker_threads and vm', null),
  ratesRow('quickjs', 'stateless calls', ['stateless', 'quickjs'], 'quickjs-emscripten', null),
  startRow(),
  swapRow(),
  attackRow(),
  sessionsRow(),
];

/** Calls per second of the first of two sides over those of the second. */
function ratesRow(id: string, title: string, kinds: readonly [string, string], against: string, bar: Bar | null): Row {
  return {
    id,
    title: `${title} against ${against}`,
    alone: true,
    measure: ({ full }) =>
      withSides([side('Turnwise', kinds[0]), side(against, kinds[1])], async (sides) => {
        const measured = await alternate(sides, { seconds: full ? 60 : 15, least: 5, most: full ? 100 : 20 });
        return {
          comparisons: [compareRates(measured, title, against, bar)],
          sides: sides.map(({ name, ready }) => ({ name, ...ready })),
          notes: [],
        };
      }),
  };
}

function compareRates(measured: Alternated, title: string, against: string, bar: Bar | null): Comparison {
  const [ours, theirs] = measured.seconds as readonly [readonly number[], readonly number[]];
  const ratio = pairedRatio(theirs, ours);
  return {
    title,
    against,
    unit: 'calls/s',
    ours: 1 / median(ours),
    peer: 1 / median(theirs),
    ratio,
    bar,
    verdict: bar === null ? null : verdictOf(ratio, bar),
    samples: ours.length,
    othersLoad: measured.othersLoad,
  };
}

/** From nothing to the first result, each time in a process of its own: the first sandbox of a process looks for a jail. */
function startRow(): Row {
  const title = 'start of a pool to its first result';
  return {
    id: 'start',
    title,
    alone: true,
    measure: async ({ full }) => {
      const times: number[] = [];
      const sample = () =>
        withWhole(async (whole) => {
          times.push((await whole.ask<{ ms: number }>('start')).ms);
          return [compareTimes(title, times, { rule: 'at most', value: 300 })];
        });
      for (let i = 1; i < (full ? 30 : 10); i++) await sample();
      return sample();
    },
  };
}

/** From the signal that ends a child to the answer of who waits; and what of it the system takes to say that it ended. */
function swapRow(): Row {
  const title = 'a child is killed, to the answer of who waits';
  return {
    id: 'swap',
    title,
    alone: true,
    measure: ({ full }) =>
      withWhole(async (whole) => {
        const swaps: { readonly ms: number; readonly newsMs: number }[] = [];
        for (let i = 0; i < (full ? 30 : 10); i++) swaps.push(await whole.ask('swap'));
        const times = swaps.map(({ ms }) => ms);
        const news = swaps.map(({ newsMs }) => newsMs);
        return [
          compareTimes(title, times, { rule: 'at most', value: 10 }),
          compareTimes('of that, until the system says that it ended', news, null),
        ];
      }),
  };
}

/** Times of the whole sandbox, whose mean is held to a bar in ms. */
function compareTimes(title: string, times: readonly number[], bar: Bar | null): Comparison {
  const ratio = bootstrapInterval(times, { rng: Math.random });
  return {
    title,
    against: 'ms',
    unit: 'ms',
    ours: median(times),
    peer: null,
    ratio,
    bar,
    verdict: bar === null ? null : verdictOf(ratio, bar),
    samples: times.length,
    othersLoad: null,
  };
}

/** What honest callers and the event loop see of an attack, over the quiet run beside it: shown, not judged. */
function attackRow(): Row {
  const rounds = 5;
  return {
    id: 'attack',
    title: 'honest callers under attack',
    alone: true,
    measure: ({ full }) =>
      withWhole(async (whole) => {
        const reports: AttackReport[] = [];
        for (let i = 0; i < rounds; i++) reports.push(await whole.ask('attack', { minutes: full ? 0.5 : 0.1 }));
        const faults = reports.flatMap((report) => report.faults.filter((fault) => fault.startsWith('an honest')));
        if (faults.length > 0) throw new Error(faults[0]);
        const compare = (title: string, of: (phase: AttackReport['quiet']) => number): Comparison => {
          const [ours, peer] = [reports.map(({ attack }) => of(attack)), reports.map(({ quiet }) => of(quiet))];
          const mean = median(ours.map((value, i) => value / Math.max(0.1, peer[i] as number)));
          const ratio = { mean, low: mean, high: mean };
          return {
            title,
            against: 'the quiet run beside it',
            unit: 'ms',
            ours: median(ours),
            peer: median(peer),
            ratio,
            bar: null,
            verdict: null,
            samples: rounds,
            othersLoad: null,
          };
        };
        return [
          compare('honest calls under attack, p50', ({ p50Ms }) => p50Ms),
          compare('honest calls under attack, p99', ({ p99Ms }) => p99Ms),
          compare('event-loop lag under attack, p99', ({ lagMs }) => lagMs),
        ];
      }),
  };
}

/** 10,000 sessions open at once: what they take of the supervisor, and whether each has its own state. */
function sessionsRow(): Row {
  const sessions = 10_000;
  const bar = { rule: 'at most', value: 100 } as const;
  return {
    id: 'sessions',
    title: `${sessions} sessions open at once, two steps each`,
    alone: true,
    measure: () =>
      withWhole(async (whole) => {
        const { keptMb, peakMb, stepMs, isolateMb } = await whole.ask<SessionsMemory>('memory', { sessions });
        const title = `${sessions.toLocaleString('en')} open sessions with two steps each, supervisor`;
        const atOnce = `a step of each at once (${stepMs.toFixed(1)} ms a step): what the supervisor grows to`;
        const isolate = 'a session that holds its isolate, in its child';
        const rows = [compareMemory(title, keptMb, bar), compareMemory(atOnce, peakMb, null)];
        return isolateMb === null ? rows : [...rows, compareMemory(isolate, isolateMb, null)];
      }),
  };
}

function compareMemory(title: string, megabytes: number, bar: Bar | null): Comparison {
  const ratio = { mean: megabytes, low: megabytes, high: megabytes };
  return {
    title,
    against: 'MB',
    unit: 'MB',
    ours: megabytes,
    peer: null,
    ratio,
    bar,
    verdict: bar === null ? null : verdictOf(ratio, bar),
    samples: 1,
    othersLoad: null,
  };
}

function withWhole(work: (whole: Side) => Promise<readonly Comparison[]>) {
  return withSides([side('Turnwise', 'whole')], async ([whole]) => ({
    comparisons: await work(whole as Side),
    sides: [{ name: 'Turnwise', ...(whole as Side).ready }],
    notes: [],
  }));
}
