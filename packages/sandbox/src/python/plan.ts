import type { InterpreterParts } from './interpreter.js';

/** What a Python process is told on its command line, as JSON. */
export interface PythonPlan extends InterpreterParts {
  /** The file of the snapshot; `null` to start without one. */
  readonly snapshot: string | null;
}

/** Reads what {@link planArgument} wrote. @throws RangeError when there is none */
export function parsePlan(argument: string | undefined): PythonPlan {
  if (argument === undefined) throw new RangeError('plan: must be the first argument, got none');
  return JSON.parse(argument) as PythonPlan;
}

export function planArgument(plan: PythonPlan): string {
  return JSON.stringify(plan);
}
