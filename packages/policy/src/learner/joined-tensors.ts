import type { Tensor, TensorFlow } from '@turnwise/accelerator';

/** From so many tensors on, small ones are joined: then what an operation takes to begin is most of what it takes. */
const MANY_TENSORS = 200;

/** A tensor of more elements stands alone. */
const SMALL_ELEMENTS = 2 ** 18;

/** A group has about so many elements at most: joining costs a copy of it. */
const GROUP_ELEMENTS = 2 ** 21;

/** Of one shape but for the first dimension. */
export interface TensorGroup {
  readonly names: readonly string[];
  /** Lengths of the first dimension. */
  readonly lengths: readonly number[];
}

/**
 * Deals tensors into groups that can be computed as one tensor each, element by element: those of one rank and of the same
 * dimensions but for the first, in their order. Fewer than `many` tensors, and large ones, stay alone.
 */
export function tensorGroups(
  shapes: Readonly<Record<string, readonly number[]>>,
  { many = MANY_TENSORS, smallElements = SMALL_ELEMENTS, groupElements = GROUP_ELEMENTS } = {},
): TensorGroup[] {
  const entries = Object.entries(shapes);
  const groups: { names: string[]; lengths: number[] }[] = [];
  const open = new Map<string, { names: string[]; lengths: number[]; elements: number }>();
  for (const [name, shape] of entries) {
    const elements = shape.reduce((product, length) => product * length, 1);
    const [length = 1, ...others] = shape;
    const key = `${shape.length}:${others.join()}`;
    const joins = entries.length >= many && shape.length > 0 && elements <= smallElements;
    const group = joins ? open.get(key) : undefined;
    if (group !== undefined && group.elements + elements <= groupElements) {
      group.names.push(name);
      group.lengths.push(length);
      group.elements += elements;
      continue;
    }
    const made = { names: [name], lengths: [length], elements };
    groups.push(made);
    if (joins) open.set(key, made);
  }
  return groups.map(({ names, lengths }) => ({ names, lengths }));
}

/** The tensors of a group, one below the other. */
export function joinGroup(tf: TensorFlow, { names }: TensorGroup, of: Readonly<Record<string, Tensor>>): Tensor {
  const tensors = names.map((name) => of[name] as Tensor);
  return tensors.length === 1 ? (tensors[0] as Tensor) : tf.concat(tensors, 0);
}

/** What `joinGroup` joined, by name. */
export function splitGroup(tf: TensorFlow, { names, lengths }: TensorGroup, joined: Tensor): Record<string, Tensor> {
  const tensors = names.length === 1 ? [joined] : tf.split(joined, [...lengths], 0);
  return Object.fromEntries(names.map((name, i) => [name, tensors[i] as Tensor]));
}
