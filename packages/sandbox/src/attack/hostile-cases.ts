import { asyncCases } from './cases/async.js';
import { cpuCases } from './cases/cpu.js';
import { engineCases } from './cases/engine.js';
import { escapeCases } from './cases/escape.js';
import { memoryCases } from './cases/memory.js';
import { nativeCases } from './cases/native.js';
import { outputCases } from './cases/output.js';
import type { DecidedCase } from './hostile-case.js';

/** The project's own collection of hostile inputs, each with the outcomes that are right for it. */
export const hostileCases: readonly DecidedCase[] = [
  ...cpuCases,
  ...nativeCases,
  ...engineCases,
  ...memoryCases,
  ...asyncCases,
  ...outputCases,
  ...escapeCases,
];
