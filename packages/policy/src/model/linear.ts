import { plainMatMul, type Tensor, type TensorFlow } from '@turnwise/accelerator';

/**
 * `y = x W^T` with its gradient in closed form, `dx = dy W` and `dW = dy^T x`, by the products that are fastest for it.
 *
 * @param x `[positions, inputs]`
 * @param matrix `[outputs, inputs]`
 * @param trained whether the matrix has a gradient
 */
export function linear(tf: TensorFlow, x: Tensor, matrix: Tensor, trained: boolean): Tensor {
  return tf.customGrad((...given) => {
    const save = given.pop() as unknown as (tensors: Tensor[]) => void;
    const [input, w = matrix] = given as [Tensor, Tensor?];
    save(trained ? [w, input] : [w]);
    const gradFunc = (dy: Tensor, [weights, values]: Tensor[]): Tensor[] => [
      plainMatMul(tf, dy, weights as Tensor),
      ...(values === undefined ? [] : [plainMatMul(tf, dy, values, true)]),
    ];
    return { value: tf.matMul(input, w, false, true), gradFunc: gradFunc as never };
  })(...(trained ? [x, matrix] : [x]));
}
