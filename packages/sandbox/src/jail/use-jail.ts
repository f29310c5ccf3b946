import { SandboxUnavailableError } from '../pool/launcher.js';
import type { Runtime } from '../runtime.js';
import { describeWalls, findJail, type JailStatus } from './find-jail.js';
import { jailedCommand } from './jailed-command.js';

export type JailUse = 'auto' | 'required' | 'off';

/** Whether children are jailed; by which walls, or why not. */
export interface JailReport {
  readonly status: 'on' | 'off';
  readonly detail: string;
}

/**
 * A runtime inside the jail, as far as it is wanted and can be had.
 *
 * @throws SandboxUnavailableError when it is required and cannot
 */
export async function useJail(
  runtime: Runtime,
  use: JailUse = runtime.needsJail ? 'required' : 'auto',
  find: () => Promise<JailStatus> = findJail,
): Promise<{ readonly runtime: Runtime; readonly report: JailReport }> {
  if (use === 'off') return { runtime, report: { status: 'off', detail: 'turned off' } };
  const found = await find();
  if (found.status === 'works') {
    const jailed = { ...runtime, command: jailedCommand(found.jail, runtime.command) };
    return { runtime: jailed, report: { status: 'on', detail: describeWalls(found.jail.walls) } };
  }
  if (use === 'auto') return { runtime, report: { status: 'off', detail: found.reason } };
  throw new SandboxUnavailableError(
    `sandbox: ${runtime.name} must run inside a jail, and there is none: ${found.reason}; jail: 'off' runs it without`,
  );
}
