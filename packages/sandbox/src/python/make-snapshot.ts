import { writeSync } from 'node:fs';
import { defaultSandboxLimits } from '../sandbox-limits.js';
import { loadInterpreter } from './interpreter.js';
import { parsePlan } from './plan.js';

/**
 * Starts an interpreter from nothing and writes its memory to standard output: from a process of its own, so that
 * whatever the wheels do on import happens in the jail.
 */
const interpreter = await loadInterpreter({
  ...parsePlan(process.argv[2]),
  ...defaultSandboxLimits,
  snapshot: null,
  now: Date.UTC(2025, 0, 1),
  interrupts: null,
});
const snapshot = interpreter.snapshot();
for (let sent = 0; sent < snapshot.length; ) sent += writeSync(1, snapshot, sent);
process.exit(0);
