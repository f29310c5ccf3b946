// Speed of the embedded policy: tokens per second while sampling, milliseconds per training step.
// pnpm --filter @turnwise/policy bench [repetitions]
import { createBackend } from '@turnwise/accelerator';
import { clippedSurrogate } from '@turnwise/gtpo';
import { createPolicy } from '@turnwise/policy';

const repetitions = Number(process.argv[2] ?? 5);
const config = {
  vocabularySize: 104,
  hiddenSize: 128,
  layers: 4,
  heads: 4,
  keyValueHeads: 4,
  headSize: 32,
  intermediateSize: 344,
  normEpsilon: 1e-6,
  ropeTheta: 10_000,
  tiedEmbeddings: false,
  contextLength: 256,
};
const { tf, name } = await createBackend();
console.log(`backend ${name}; best and median of ${repetitions}`);

for (const [rows, shards] of [
  [64, 2],
  [128, 2],
  [64, 4],
]) {
  for (const length of [128, 250]) {
    const policy = createPolicy(config, 1, { tf, sampler: { rows, shards } });
    const episode = async (task) => {
      const sequence = policy.open({ seed: 1, update: 0, task, sample: 0 });
      await sequence.sample({
        newTokenIds: [1],
        turn: 0,
        maxTokens: length - 1,
        stopTokenIds: [],
        temperature: 1,
      });
      sequence.close();
    };
    const batch = () => Promise.all(Array.from({ length: rows }, (_, task) => episode(task)));
    report(`sampling ${rows} rows to length ${length}, ${shards} shards`, await times(batch), (ms) => {
      return `${Math.round((rows * length * 1000) / ms)} tokens/s`;
    });
    policy.dispose();
  }
}

for (const [sequences, tokens, shards] of [
  [32, 128, 4],
  [32, 128, 2],
  [32, 128, 1],
  [128, 128, 4],
]) {
  const policy = createPolicy(config, 1, { tf, learner: { shards } });
  const size = sequences * tokens;
  const batch = {
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
  const loss = clippedSurrogate();
  const ms = await times(() => policy.update(batch, loss));
  report(`update on ${sequences} x ${tokens} tokens, ${shards} shards`, ms, (time) => `${time.toFixed(0)} ms`);
  policy.dispose();
}

async function times(run) {
  const first = performance.now();
  await run();
  const result = [performance.now() - first];
  for (let i = 0; i < repetitions; i++) {
    const start = performance.now();
    await run();
    result.push(performance.now() - start);
  }
  return result;
}

function report(label, [first, ...rest], show) {
  rest.sort((a, b) => a - b);
  const median = rest[rest.length >> 1];
  console.log(`${label}: ${show(rest[0])} (median ${show(median)}; first run ${first.toFixed(0)} ms)`);
}
