// `compile` is tf.function for TensorFlow.js: a training step, gradients included, as one TensorFlow graph.
// node examples/compile.mjs
import { compile, createBackend } from '@turnwise/accelerator';

const { tf, name } = await createBackend();

// An ordinary function of tensors: a network with one hidden layer, and one step of gradient descent.
const network = (weights, x) => tf.matMul(tf.tanh(tf.add(tf.matMul(x, weights.hidden), weights.bias)), weights.output);
const step = (weights, x, y) => {
  const names = Object.keys(weights);
  const loss = (...values) => {
    const given = Object.fromEntries(names.map((key, i) => [key, values[i]]));
    return tf.mean(tf.squaredDifference(network(given, x), y));
  };
  const { value, grads } = tf.valueAndGrads(loss)(names.map((key) => weights[key]));
  const next = names.map((key, i) => [key, tf.sub(weights[key], tf.mul(grads[i], 0.05))]);
  return { loss: value, weights: Object.fromEntries(next) };
};
const compiled = compile(tf, step, { name: 'step' });

// Something to learn: the product of two numbers.
const x = tf.randomUniform([64, 2], -1, 1, 'float32', 1);
const y = tf.mul(tf.slice(x, [0, 0], [-1, 1]), tf.slice(x, [0, 1], [-1, 1]));
const initial = () => ({
  hidden: tf.randomNormal([2, 32], 0, 1, 'float32', 2),
  bias: tf.randomNormal([32], 0, 1, 'float32', 3),
  output: tf.randomNormal([32, 1], 0, 0.2, 'float32', 4),
});

/** Trains with a step, frees what it replaces, and gives the losses and the milliseconds of a step. */
function train(update, steps) {
  let weights = initial();
  const losses = [];
  let start = 0;
  for (let i = 0; i <= steps; i++) {
    if (i === 1) start = performance.now(); // the first call traces and compiles
    const result = update(weights, x, y);
    losses.push(result.loss.dataSync()[0]);
    tf.dispose([weights, result.loss]);
    weights = result.weights;
  }
  tf.dispose(weights);
  return { losses, milliseconds: (performance.now() - start) / steps };
}

const asGraph = train(compiled, 400);
const asWritten = train((...given) => tf.tidy(() => step(...given)), 400);
const difference = Math.max(...asGraph.losses.slice(0, 50).map((loss, i) => Math.abs(loss - asWritten.losses[i])));
console.log(`backend: ${name}`);
console.log(`loss: ${asGraph.losses[0].toFixed(4)} to ${asGraph.losses.at(-1).toFixed(4)}`);
console.log(`greatest difference from the function as written, 50 steps: ${difference.toExponential(1)}`);
console.log(`graphs: ${compiled.graphs}`);

// Another batch size is another graph; the same function serves both.
const half = compiled(initial(), tf.slice(x, [0, 0], [32, 2]), tf.slice(y, [0, 0], [32, 1]));
console.log(`graphs after a batch of another size: ${compiled.graphs}, its loss ${half.loss.dataSync()[0].toFixed(4)}`);
console.log(
  `milliseconds per step: ${asGraph.milliseconds.toFixed(2)}, as written ${asWritten.milliseconds.toFixed(2)}`,
);
compiled.dispose();
