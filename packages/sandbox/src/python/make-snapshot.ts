import { defaultSandboxLimits } from '../sandbox-limits.js';
import { writeWhole } from '../worker/write-whole.js';
import { endWith } from './end-with.js';
import { loadInterpreter } from './interpreter.js';
import { parsePlan } from './plan.js';

/**
 * Starts an interpreter from nothing and writes its memory to standard output: from a process of its own, so that
 * whatever the wheels do on import happens in the jail.
 */
process.once('uncaughtException', endWith);
const interpreter = await loadInterpreter({
  ...parsePlan(process.argv[2]),
  ...defaultSandboxLimits,
  snapshot: null,
  interrupts: null,
});
writeWhole(1, interpreter.snapshot());
process.exit(0);
