import { writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { encodeFrame, FrameReader } from '../frames.js';
import { maxFrameBytes, type WorkerReply, type WorkerRequest } from '../protocol.js';
import { defaultSandboxLimits } from '../sandbox-limits.js';
import { startGuard } from './guard.js';
import { SessionTable } from './session-table.js';

/**
 * A child process of the pool: reads requests from standard input, answers each on standard output, in order.
 *
 * Each reply is written before the next request starts, so that the supervisor always knows which one is running.
 * It ends when its input does.
 */
const guard = startGuard();
const input = new Socket({ fd: 0, readable: true, writable: false });
const reader = new FrameReader(maxFrameBytes(defaultSandboxLimits).request);
let table: SessionTable | null = null;
let rssMb = 0;
let answered = 0;

input.on('data', (chunk: Buffer) => {
  guard.busy();
  // The supervisor is the only writer of this stream.
  for (const request of reader.read(chunk)) handle(request as WorkerRequest);
  guard.idle();
  setImmediate(prepare);
});
input.on('close', () => process.exit(0));

function handle(request: WorkerRequest): void {
  switch (request.op) {
    case 'init':
      guard.limit(request.limits.hardMemoryMb);
      table = new SessionTable(request.limits);
      table.prepare();
      reply({ op: 'ready', cpuMs: processorMs() });
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
      if (answered++ % 64 === 0) rssMb = Math.round(process.memoryUsage.rss() / 2 ** 20);
      const head = { id: request.id, cpuMs: processorMs(), rssMb };
      reply('calls' in outcome ? { op: 'calls', calls: outcome.calls, ...head } : { op: 'result', outcome, ...head });
    }
  }
}

/** Makes isolates ahead of need while nobody waits. */
function prepare(): void {
  if (input.readableLength === 0 && table?.prepare()) setImmediate(prepare);
}

function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return Math.round((user + system) / 1000);
}

function reply(value: WorkerReply): void {
  const frame = encodeFrame(value);
  for (let sent = 0; sent < frame.length; ) sent += writeSync(1, frame, sent);
}
