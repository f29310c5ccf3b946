// Stateless calls per second, session steps per second, time to the first result. Run after the build:
//   node bench/bench.mjs
import { createSandbox } from '../dist/index.js';

const started = performance.now();
const sandbox = await createSandbox();
await sandbox.run('1 + 1');
console.log(`first result after ${(performance.now() - started).toFixed(0)} ms`);

const latencies = [];
for (let i = 0; i < 300; i++) {
  const at = performance.now();
  await sandbox.run(`${i} + 1`);
  latencies.push(performance.now() - at);
}
latencies.sort((a, b) => a - b);
console.log(`one stateless call, p50 ${latencies[150].toFixed(2)} ms, p99 ${latencies[297].toFixed(2)} ms`);

const calls = 1000;
const callsAt = performance.now();
await Promise.all(Array.from({ length: calls }, (_, i) => sandbox.run(`${i} + 1`)));
console.log(`stateless calls: ${Math.round((1000 * calls) / (performance.now() - callsAt))} per second`);

for (const open of [64, 128]) {
  const openAt = performance.now();
  const sessions = await Promise.all(Array.from({ length: open }, (_, seed) => sandbox.session({ seed })));
  console.log(`${open} sessions: ${((performance.now() - openAt) / open).toFixed(2)} ms to open each`);
  const steps = 200;
  const stepsAt = performance.now();
  await Promise.all(
    sessions.map(async (session, s) => {
      for (let i = 0; i < steps; i++) await session.run(`let x = ${i} * ${s}; x + 1`);
    }),
  );
  const ms = performance.now() - stepsAt;
  console.log(
    `${open} sessions: ${Math.round((1000 * open * steps) / ms)} steps per second, ${(ms / steps / open).toFixed(3)} ms each`,
  );
  await Promise.all(sessions.map((session) => session.close()));
}
await sandbox.close();
