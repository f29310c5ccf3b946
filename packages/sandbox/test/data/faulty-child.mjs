// A child process that says it is ready and then misbehaves at the first request, as often as the counter file says;
// after that it is the real worker.
// Arguments: the fault, the counter file, the program of the real worker.
import { readFileSync, writeFileSync, writeSync } from 'node:fs';

const [fault, counter, worker] = process.argv.slice(2);
const left = Number(readFileSync(counter, 'utf8'));
if (left === 0) {
  await import(worker);
} else {
  writeFileSync(counter, String(left - 1));
  const frame = (json) => {
    const header = Buffer.alloc(4);
    header.writeUInt32LE(Buffer.byteLength(json));
    return Buffer.concat([header, Buffer.from(json)]);
  };
  let requests = 0;
  process.stdin.on('data', () => {
    if (requests++ === 0) writeSync(1, frame(`{"op":"ready","cpuMs":${process.cpuUsage().user / 1000}}`));
    else misbehave(fault);
  });
  const reply = (id) =>
    `{"op":"result","id":${id},"outcome":{"error":null,"output":"","text":"forged"},"cpuMs":1,"rssMb":1}`;
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
      case 'flood':
        for (;;) writeSync(1, Buffer.alloc(65536, 0x20));
      case 'exit':
        return process.exit(3);
      case 'close-output':
        return process.stdout.destroy();
      case 'sigkill':
        return process.kill(process.pid, 'SIGKILL');
      case 'stop':
        return process.kill(process.pid, 'SIGSTOP');
      default:
        throw new Error(`unknown fault ${how}`);
    }
  };
}
