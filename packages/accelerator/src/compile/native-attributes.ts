import type { Attribute } from '../graph/attribute.js';
import { type DataType, dataTypeOf } from '../graph/data-type.js';
import type { NativeAttribute } from '../graph/native-backend.js';

/** Type attributes that the eager executor infers and TensorFlow.js leaves out: attribute and index of its input. */
const INFERRED_TYPES: Readonly<Record<string, readonly (readonly [string, number])[]>> = {
  ExpandDims: [
    ['T', 0],
    ['Tdim', 1],
  ],
};

/**
 * The attributes of an operation as a graph has them. `inputs`: the data types of its inputs.
 *
 * @throws Error for what a graph cannot hold
 */
export function graphAttributes(
  operation: string,
  attributes: readonly NativeAttribute[],
  inputs: readonly DataType[],
): Record<string, Attribute> {
  const result: Record<string, Attribute> = {};
  for (const attribute of attributes) result[attribute.name] = graphAttribute(attribute);
  for (const [key, input] of INFERRED_TYPES[operation] ?? []) {
    result[key] ??= { kind: 'type', value: inputs[input] as DataType };
  }
  return result;
}

/** @throws Error for a data type of TensorFlow that graphs here do not hold */
export function graphType(number: number): DataType {
  const type = dataTypeOf(number);
  if (type === null) throw new Error(`cannot be traced, it holds a tensor of TensorFlow's data type ${number}`);
  return type;
}

function graphAttribute({ name, type, value }: NativeAttribute): Attribute {
  switch (type) {
    case 0:
      return { kind: 'string', value: value as string };
    case 1:
      // TensorFlow.js passes seeds in [0, 1) for integers; the binding cuts them off.
      return Array.isArray(value)
        ? { kind: 'ints', value: value.map(Math.trunc) }
        : { kind: 'int', value: Math.trunc(value as number) };
    case 2:
      return { kind: 'float', value: value as number };
    case 3:
      return { kind: 'bool', value: value as boolean };
    case 4:
      return { kind: 'type', value: graphType(value as number) };
    case 5:
      return { kind: 'shape', value: value as number[] };
    default:
      throw new Error(`cannot be traced, attribute "${name}" is of the unknown kind ${type}`);
  }
}
