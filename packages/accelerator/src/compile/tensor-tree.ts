import type { Tensor } from '@tensorflow/tfjs-core';

/** A tensor, or an array or record of tensor trees. */
export type TensorTree = Tensor | readonly TensorTree[] | { readonly [key: string]: TensorTree };

/** The tensors of a tree in a fixed order: arrays by index, records by insertion order of their keys. */
export function tensorLeaves(tree: TensorTree): Tensor[] {
  const leaves: Tensor[] = [];
  mapTensors(tree, (tensor) => {
    leaves.push(tensor);
    return tensor;
  });
  return leaves;
}

/** A tree of the same form with each tensor replaced. Throws a `TypeError` for anything that is no tensor tree. */
export function mapTensors<T extends TensorTree>(tree: T, replace: (tensor: Tensor) => Tensor): T {
  return mapAt(tree, replace, 'value') as T;
}

function mapAt(tree: unknown, replace: (tensor: Tensor) => Tensor, path: string): TensorTree {
  if (isTensor(tree)) return replace(tree);
  if (Array.isArray(tree)) return tree.map((item, i) => mapAt(item, replace, `${path}[${i}]`));
  if (typeof tree === 'object' && tree !== null && isPlain(tree)) {
    return Object.fromEntries(Object.entries(tree).map(([key, item]) => [key, mapAt(item, replace, `${path}.${key}`)]));
  }
  throw new TypeError(`${path}: a tensor, an array or a record of tensors, got ${describe(tree)}`);
}

/** Names the form of a tree, the shapes and the data types of its tensors: equal for what one graph serves. */
export function treeSignature(tree: TensorTree): string {
  if (isTensor(tree)) return `${tree.dtype}[${tree.shape}]`;
  if (Array.isArray(tree)) return `(${tree.map(treeSignature).join(' ')})`;
  return `{${Object.entries(tree)
    .map(([key, item]) => `${JSON.stringify(key)}:${treeSignature(item)}`)
    .join(' ')}}`;
}

function isTensor(value: unknown): value is Tensor {
  return typeof value === 'object' && value !== null && 'dataId' in value && 'shape' in value && 'dtype' in value;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function describe(value: unknown): string {
  return value instanceof Promise ? 'a promise' : value === null ? 'null' : typeof value;
}
