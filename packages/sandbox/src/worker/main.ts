import { Socket } from 'node:net';
import { encodeFrame, FrameReader } from '../frames.js';
import { maxFrameBytes, type WorkerReply, type WorkerRequest } from '../protocol.js';
import { defaultSandboxLimits } from '../sandbox-limits.js';
import { coarseTimers } from './coarse-timers.js';
import { type Guard, startGuard } from './guard.js';
import { SessionTable } from './session-table.js';
import { Standby } from './standby.js';
import { writeWhole } from './write-whole.js';

/**
 * A child process of the pool: reads requests from standard input, answers each on standard output, in order.
 *
 * Each reply is written before the next request starts, so that the supervisor always knows which one is running.
 * It ends when its input does.
 */
let guard: Guard | null = null;
const input = new Socket({ fd: 0, readable: true, writable: false });
const reader = new FrameReader(maxFrameBytes(defaultSandboxLimits, false).request);
let table: SessionTable | null = null;
/** A child that nobody has asked anything for so long stands by: it has the time to run itself in. */
const standbyMs = 30;
let standby: Standby | null = null;

input.on('data', (chunk: Buffer) => {
  standby?.end();
  guard?.busy();
  // The supervisor is the only writer of this stream.
  for (const request of reader.read(chunk)) handle(request as WorkerRequest);
  guard?.idle();
  setImmediate(prepare);
});
input.on('close', () => process.exit(0));

function handle(request: WorkerRequest): void {
  switch (request.op) {
    case 'init':
      coarseTimers();
      table = new SessionTable(request.limits);
      table.prepare();
      reply({ op: 'ready', cpuMs: used().cpuMs });
      // Only now, because its thread takes as long to start as the rest: nothing was asked for yet.
      guard = startGuard(request.limits.hardMemoryMb);
      standby = new Standby(table.warmUp(), standbyMs);
      return;
    case 'close':
      table?.close(request.session);
      return;
    case 'open':
    case 'step':
    case 'answer':
    case 'once': {
      if (table === null) throw new Error('worker: the first request must be init');
      const outcome = table.handle(request);
      const head = { id: request.id, ...used() };
      reply('calls' in outcome ? { op: 'calls', calls: outcome.calls, ...head } : { op: 'result', outcome, ...head });
    }
  }
}

/** Makes isolates ahead of need while nobody waits. */
function prepare(): void {
  if (input.readableLength === 0 && table?.prepare()) setImmediate(prepare);
}

/** Processor time so far, and the most memory that was resident at once. */
function used(): { readonly cpuMs: number; readonly rssMb: number } {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  return { cpuMs: Math.round((userCPUTime + systemCPUTime) / 1000), rssMb: Math.round(maxRSS / 1024) };
}

function reply(value: WorkerReply): void {
  writeWhole(1, encodeFrame(value));
}
