// Memory of the training step.
// node bench/memory.mjs checkpointing [rows] [tokens] [hidden] [layers]   peak of a process without and with it
// node bench/memory.mjs flat [steps]                                      tensors and resident memory, step after step
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createBackend, nativeBackend } from '@turnwise/accelerator';
import { clippedSurrogate } from '@turnwise/gtpo';
import { createPolicy } from '@turnwise/policy';

const [mode = 'flat', ...numbers] = process.argv.slice(2);
const MEGABYTE = 2 ** 20;

switch (mode) {
  case 'checkpointing':
    compareCheckpointing(numbers);
    break;
  case 'peak':
    await peak(numbers);
    break;
  case 'flat':
    await flat(Number(numbers[0] ?? 1000));
    break;
  default:
    console.error(`mode: checkpointing or flat, got ${mode}`);
    process.exitCode = 2;
}

/** A process each, because a process's peak never falls. */
function compareCheckpointing([rows = '32', tokens = '512', hidden = '256', layers = '6']) {
  console.log(`${rows} x ${tokens} tokens in one micro-batch, d${hidden}, ${layers} layers, 4 shards`);
  const peaks = ['no', 'yes'].map((checkpointing) => {
    const script = fileURLToPath(import.meta.url);
    const out = execFileSync(process.execPath, [script, 'peak', checkpointing, rows, tokens, hidden, layers]);
    const result = JSON.parse(String(out).trim().split('\n').at(-1));
    const { start, first, second, cpuSeconds, loss, gradNorm } = result;
    console.log(
      `checkpointing ${checkpointing.padEnd(3)}: ${start} MB before, peak ${first} MB after the first step, ` +
        `${second} MB after the second, which took ${cpuSeconds} s of CPU; loss ${loss}, norm ${gradNorm}`,
    );
    return second - start;
  });
  console.log(`the steps' own peak with it: ${Math.round((100 * peaks[1]) / peaks[0])} %`);
}

async function peak([checkpointing, ...sizes]) {
  const [rows, tokens, hidden, layers] = sizes.map(Number);
  const { tf } = await createBackend();
  const activationCheckpointing = checkpointing === 'yes';
  const policy = createPolicy(configOf(hidden, layers, tokens), 1, {
    tf,
    learner: { shards: 4, microBatchTokens: rows * tokens, activationCheckpointing },
  });
  const batch = batchOf(rows, tokens);
  const loss = clippedSurrogate();
  const megabytes = () => Math.round(process.resourceUsage().maxRSS / 1024);
  const start = megabytes();
  await policy.update(batch, loss);
  const first = megabytes();
  const before = process.cpuUsage();
  const metrics = await policy.update(batch, loss);
  const { user, system } = process.cpuUsage(before);
  const cpuSeconds = Number(((user + system) / 1e6).toFixed(1));
  const { loss: value, gradNorm } = metrics;
  console.log(JSON.stringify({ start, first, second: megabytes(), cpuSeconds, loss: value, gradNorm }));
}

/** The step and the scoring of a small policy over batches of changing shape; ends with exit code 1 when memory grows. */
async function flat(steps) {
  const { tf, name } = await createBackend();
  const policy = createPolicy(configOf(64, 2, 128), 1, { tf });
  const batches = [batchOf(16, 64), batchOf(8, 96), batchOf(24, 32)];
  const loss = clippedSurrogate();
  const tensors = () => [tf.memory().numTensors, nativeBackend(tf)?.binding.getNumOfTensors() ?? 0];
  const warm = Math.min(100, Math.floor(steps / 5));
  let before = null;
  for (let step = 1; step <= steps; step++) {
    const batch = batches[step % batches.length];
    await policy.update(batch, loss);
    if (step % 10 === 0) await policy.score(batch);
    if (step === warm) before = { tensors: tensors(), rss: process.memoryUsage.rss() };
    if (step % Math.max(1, Math.floor(steps / 10)) === 0) {
      const rss = (process.memoryUsage.rss() / MEGABYTE).toFixed(0);
      console.log(`${name} step ${step}: tensors ${tensors().join(' and ')} handles, resident ${rss} MB`);
    }
  }
  const after = { tensors: tensors(), rss: process.memoryUsage.rss() };
  const grown = (after.rss - before.rss) / MEGABYTE;
  const kept = after.tensors[0] - before.tensors[0] + after.tensors[1] - before.tensors[1];
  console.log(`from step ${warm} to ${steps}: ${kept} more tensors and handles, ${grown.toFixed(1)} MB more`);
  // What a step leaves for good would add up; what Node and malloc keep for the next one does not.
  if (kept !== 0 || grown > 32) process.exitCode = 1;
  policy.dispose();
}

function configOf(hidden, layers, context) {
  return {
    vocabularySize: 104,
    hiddenSize: hidden,
    layers,
    heads: hidden / 32,
    keyValueHeads: hidden / 32,
    headSize: 32,
    intermediateSize: Math.ceil((hidden * 8) / 3 / 8) * 8,
    normEpsilon: 1e-6,
    ropeTheta: 10_000,
    tiedEmbeddings: false,
    contextLength: context,
  };
}

function batchOf(sequences, tokens) {
  const size = sequences * tokens;
  return {
    sequences,
    tokens,
    tokenIds: Int32Array.from({ length: size }, (_, i) => (i * 7) % 104),
    sequenceLengths: new Int32Array(sequences).fill(tokens),
    actionMask: Uint8Array.from({ length: size }, (_, i) => (i % tokens === 0 ? 0 : 1)),
    advantages: Float32Array.from({ length: size }, (_, i) => (i % 2 === 0 ? 1 : -1)),
    behaviourLogprobs: new Float32Array(size).fill(-4.6),
    turnIndices: new Int32Array(size),
    groupIndices: new Int32Array(sequences),
    temperature: 1,
  };
}
