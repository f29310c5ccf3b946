import type { Sandbox } from '../create-sandbox.js';
import type { RunResult } from '../run-result.js';
import { hostileCases } from './hostile-cases.js';
import { hostileGlobals, hostileTools } from './hostile-host.js';

/** What callers have done so far. */
export interface Tally {
  honest: number;
  hostile: number;
  readonly outcomes: Record<string, number>;
}

/** Between two calls an honest caller has something else to do. */
const pauseMs = 5;
const sessionSteps = 40;
const keptTimes = 200_000;

/** Adds up numbers, half of the time in a session and half in single runs, and knows what must come out. */
export async function honestLoop(
  sandbox: Sandbox,
  caller: number,
  going: () => boolean,
  tally: Tally,
  times: number[],
  wrong: string[],
): Promise<void> {
  const expect = async (call: Promise<RunResult>, answer: string): Promise<void> => {
    const startedAt = performance.now();
    const result = await call;
    const ms = performance.now() - startedAt;
    // Ever so many times are replaced one by one, so that a long soak holds no more memory than a short one.
    times[times.length < keptTimes ? times.length : tally.honest % keptTimes] = ms;
    tally.honest++;
    const said = result.status === 'ok' ? result.text : `${result.kind}: ${result.message}`;
    if (said !== answer && wrong.length < 20) wrong.push(`${said.slice(0, 100)} instead of ${answer}`);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  };
  for (let round = 0; going(); round++) {
    await using session = await sandbox.session({ seed: round, caller: `honest ${caller}` });
    await expect(session.run(`let sum = ${caller}`), 'undefined');
    for (let step = 1, sum = caller; step < sessionSteps && going(); step++) {
      sum += step;
      await expect(session.run(`sum += ${step}`), String(sum));
      await expect(sandbox.run(`${step} * ${caller} + 1`, { caller: `honest ${caller}` }), String(step * caller + 1));
    }
  }
}

/** Sends hostile cases in an order of its own, half of them in sessions with tools, half as single runs. */
export async function attackerLoop(sandbox: Sandbox, seed: number, going: () => boolean, tally: Tally): Promise<void> {
  let state = seed;
  while (going()) {
    // Numerical Recipes' linear congruential generator: any order will do, as long as it comes again.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const one = hostileCases[Math.floor((state / 2 ** 32) * hostileCases.length)];
    if (one === undefined) continue;
    const { code } = one;
    const caller = `attacker ${seed}`;
    const result =
      state % 2 === 0
        ? await sandbox.run(code, { caller, globals: 'const log = console.log;' })
        : await sandbox.run(code, { caller, globals: hostileGlobals, tools: hostileTools });
    const outcome = result.status === 'ok' ? 'ok' : result.kind;
    tally.hostile++;
    tally.outcomes[outcome] = (tally.outcomes[outcome] ?? 0) + 1;
  }
}
