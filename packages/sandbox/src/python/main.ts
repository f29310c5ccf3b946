import { readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { encodeFrame, FrameReader } from '../frames.js';
import { wasStarved } from '../pool/was-starved.js';
import { maxFrameBytes, type WorkerOutcome, type WorkerReply, type WorkerRequest } from '../protocol.js';
import { defaultSandboxLimits, type SandboxLimits } from '../sandbox-limits.js';
import { visible } from '../visible.js';
import { type Guard, startGuard } from '../worker/guard.js';
import { writeWhole } from '../worker/write-whole.js';
import { endWith } from './end-with.js';
import { type Interpreter, type InterpreterParts, loadInterpreter } from './interpreter.js';
import { type PythonPlan, parsePlan } from './plan.js';
import { startTimeGuard, type TimeGuard } from './time-guard.js';

/**
 * A child process of a pool that runs Python: reads requests from standard input, answers each on standard output.
 *
 * It serves one session, or one single run, and no other after it: the interpreter is no wall, so nothing that one
 * session did may be there for the next.
 */
process.once('uncaughtException', endWith);
const plan: PythonPlan = parsePlan(process.argv[2]);
const input = new Socket({ fd: 0, readable: true, writable: false });
const reader = new FrameReader(maxFrameBytes(defaultSandboxLimits, false).request);
let guard: Guard | null = null;
let chain = Promise.resolve();
let runtime: Runtime | null = null;
let session: number | null = null;
let claimed = false;

interface Runtime {
  readonly interpreter: Interpreter;
  readonly limits: SandboxLimits;
  readonly time: TimeGuard;
}

input.on('data', (chunk: Buffer) => {
  // The supervisor is the only writer of this stream.
  for (const request of reader.read(chunk)) chain = chain.then(() => handle(request as WorkerRequest)).catch(endWith);
});
input.on('close', () => process.exit(0));

async function handle(request: WorkerRequest): Promise<void> {
  switch (request.op) {
    case 'init': {
      guard = startGuard(request.limits.hardMemoryMb);
      runtime = await load(request.limits, plan);
      reply({ op: 'ready', cpuMs: used().cpuMs });
      return;
    }
    case 'close':
      return;
    case 'answer':
      throw new Error('worker: Python calls no host tools');
    case 'open':
    case 'once':
    case 'step': {
      if (runtime === null) throw new Error('worker: the first request must be init');
      guard?.busy();
      runtime.time.begin(request.id);
      const outcome = answer(runtime, request);
      const mine = runtime.time.end(request.id);
      guard?.idle();
      if (!mine) return;
      reply({ op: 'result', id: request.id, outcome, ...used() });
    }
  }
}

async function load(limits: SandboxLimits, { snapshot, ...parts }: PythonPlan): Promise<Runtime> {
  const time = startTimeGuard(limits);
  const interpreter = await loadInterpreter({
    ...(parts as InterpreterParts),
    ...limits,
    interrupts: time.interrupts,
    snapshot: snapshot === null ? null : readFileSync(snapshot),
  });
  return { interpreter, limits, time };
}

function answer(
  { interpreter, limits, time }: Runtime,
  request: Extract<WorkerRequest, { op: 'open' | 'once' | 'step' }>,
): WorkerOutcome {
  if (request.op === 'step') {
    if (request.session === session) return run(interpreter, request.source, limits, time);
    return { error: 'unknown-session', output: '', text: 'the session is not open here' };
  }
  if (claimed) return { error: 'unknown-session', output: '', text: 'the interpreter was used before' };
  claimed = true;
  interpreter.begin(request.seed, request.now);
  if (request.op === 'open') session = request.session;
  const opened = request.globals === '' ? ok : run(interpreter, request.globals, limits, time);
  if (opened.error !== null || request.op === 'open') return opened;
  return run(interpreter, request.source, limits, time);
}

const ok: WorkerOutcome = { error: null, output: '', text: '' };

function run(interpreter: Interpreter, source: string, limits: SandboxLimits, time: TimeGuard): WorkerOutcome {
  const cpuBefore = used().cpuMs;
  const { kind, ...said } = interpreter.step(source);
  const output = cut(said.output.replace(/\n$/, ''), limits.outputBytes);
  const text = cut(said.text, limits.valueBytes);
  if (time.expired !== 'no' && kind !== 'ok') {
    // Code can wait here, so time that it did not use proves nothing; that the guard did not get any does.
    const starved = time.expired === 'late' && wasStarved(used().cpuMs - cpuBefore, limits.cpuMs);
    return { error: starved ? 'starved' : 'timeout', output, text: `the time limit is ${limits.cpuMs} ms` };
  }
  switch (kind) {
    case 'ok':
      return { error: null, output, text };
    case 'interrupt':
      return { error: 'runtime', output, text };
    case 'memory':
      return { error: 'memory', output, text: `the memory limit is ${limits.memoryMb} MB` };
    case 'output-limit':
      return { error: 'output-limit', output, text: `the output limit is ${limits.outputBytes} bytes` };
    default:
      return { error: kind, output, text };
  }
}

/** Text made visible, of at most so many bytes of UTF-8; what was longer is marked. */
function cut(text: string, bytes: number): string {
  const shown = visible(text);
  if (Buffer.byteLength(shown) <= bytes) return shown;
  // Half a character at the end becomes a replacement character, which goes.
  const kept = Buffer.from(shown)
    .subarray(0, bytes)
    .toString('utf8')
    .replace(/\ufffd+$/, '');
  return `${kept}… [cut at ${bytes} bytes]`;
}

/** Processor time so far, and the most memory that was resident at once. */
function used(): { readonly cpuMs: number; readonly rssMb: number } {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  return { cpuMs: Math.round((userCPUTime + systemCPUTime) / 1000), rssMb: Math.round(maxRSS / 1024) };
}

function reply(value: WorkerReply): void {
  writeWhole(1, encodeFrame(value));
}
