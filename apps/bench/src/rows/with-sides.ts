import { WORKER } from '../paths.js';
import { type PeerProgram, peerCommand } from '../peers/peer-command.js';
import { Side, type SideCommand } from '../protocol/side.js';
import type { OurJob } from '../work/jobs.js';
import { NotRun, type RowContext } from './row-context.js';

/** Starts sides one after another, so that none warms up while another does, and ends them whatever happens. */
export async function withSides<T>(commands: readonly SideCommand[], work: (sides: readonly Side[]) => Promise<T>) {
  const sides: Side[] = [];
  try {
    for (const command of commands) sides.push(await Side.start(command));
    return await work(sides);
  } finally {
    await Promise.all(sides.map((side) => side.end()));
  }
}

export function ourSide(job: OurJob, { device }: Pick<RowContext, 'device'>): SideCommand {
  const worker = (given: object) => ({
    name: 'Turnwise',
    file: process.execPath,
    args: [WORKER, JSON.stringify(given)],
  });
  if (device === 'cpu') return worker(job);
  // Two sides share the GPU: TensorFlow must not take all of its memory at once.
  return { ...worker({ backend: 'cuda', ...job }), env: { TF_FORCE_GPU_ALLOW_GROWTH: 'true' } };
}

export function peerSide(name: string, program: PeerProgram, job: object, context: RowContext): SideCommand {
  if (context.peers.status !== 'ready') throw new NotRun(context.peers.reason);
  return peerCommand(name, context.peers.python, program, job, context.device);
}
