import { memorySignal } from '../worker/guard.js';

/**
 * Why a child was lost. `deadline`: the running request was still at it when its time was up. `starved`: so it was,
 * but the machine had not given it the time. `memory`: it passed the limit of the process. `crashed`: it died of
 * itself. `killed`: somebody else ended it. `protocol`: it sent something that is no reply. `closed`: we ended it.
 */
export type LossCause = 'deadline' | 'starved' | 'memory' | 'crashed' | 'killed' | 'protocol' | 'closed';

/** The guard's signal, a SIGKILL that was not ours, or a death of its own. */
export function causeOfSignal(signal: string | null): LossCause {
  if (signal === memorySignal) return 'memory';
  return signal === 'SIGKILL' || signal === 'SIGTERM' || signal === 'SIGHUP' || signal === 'SIGINT'
    ? 'killed'
    : 'crashed';
}
