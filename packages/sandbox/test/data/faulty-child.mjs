// A child process that says it is ready and then misbehaves from the first request on, as long as there is a file left in a
// folder, of which it takes one; after that it is the real worker.
// Arguments: the fault, the folder, the program of the real worker.
import { readdirSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const [fault, folder, worker] = process.argv.slice(2);
if (!takeOne()) {
  await import(worker);
} else {
  const frame = (json) => {
    const header = Buffer.alloc(4);
    header.writeUInt32LE(Buffer.byteLength(json));
    return Buffer.concat([header, Buffer.from(json)]);
  };
  let requests = 0;
  process.stdin.on('data', () => {
    if (requests++ === 0) {
      writeSync(1, frame(`{"op":"ready","cpuMs":${process.cpuUsage().user / 1000}}`));
      if (fault === 'stop-warm') spin(300);
    } else misbehave(fault);
  });
  const reply = (id, error = null, text = 'forged') =>
    JSON.stringify({ op: 'result', id, outcome: { error, output: '', text }, cpuMs: 1, rssMb: 1 });
  const calls = (id) => JSON.stringify({ op: 'calls', id, calls: [[1, 'add', '{}']], cpuMs: 1, rssMb: 1 });
  const misbehave = (how) => {
    switch (how) {
      case 'not-json':
        return writeSync(1, frame('{"op":'));
      case 'not-a-reply':
        return writeSync(1, frame('{"op":"result","id":"1","outcome":[]}'));
      case 'wrong-id':
        return writeSync(1, frame(reply(999)));
      case 'oversized':
        return writeSync(1, Buffer.from([0xff, 0xff, 0xff, 0x7f, 0x20]));
      case 'flood-ready':
        for (;;) writeSync(1, frame('{"op":"ready","cpuMs":1}'));
      case 'long-text':
        return writeSync(1, frame(reply(requests - 1, null, 'x'.repeat(20_000))));
      case 'says-starved':
        return writeSync(1, frame(reply(requests - 1, 'starved', 'the machine was too busy')));
      case 'calls-again':
        return writeSync(1, frame(requests === 2 ? reply(1) : calls(requests - 1)));
      case 'flood':
        for (;;) writeSync(1, Buffer.alloc(65536, 0x20));
      case 'exit':
        return process.exit(3);
      case 'close-output':
        return process.stdout.destroy();
      case 'sigkill':
        return process.kill(process.pid, 'SIGKILL');
      case 'stop':
      case 'stop-warm':
        return process.kill(process.pid, 'SIGSTOP');
      default:
        throw new Error(`unknown fault ${how}`);
    }
  };
}

/** Uses the processor, as a child does that warms up. */
function spin(ms) {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

/** Whether there was one: two children may want the last. */
function takeOne() {
  for (const name of readdirSync(folder)) {
    try {
      unlinkSync(join(folder, name));
      return true;
    } catch {
      // Another one took it.
    }
  }
  return false;
}
