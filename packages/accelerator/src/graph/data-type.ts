/** The data types that a graph may hold. */
export type DataType = 'float32' | 'int32' | 'bool' | 'int64';

/** Their numbers in TensorFlow's `types.proto`. */
export const DATA_TYPE_NUMBER: Readonly<Record<DataType, number>> = { float32: 1, int32: 3, int64: 9, bool: 10 };

/** The data type of a number of `types.proto`, or `null` for one that graphs here do not hold. */
export function dataTypeOf(number: number): DataType | null {
  switch (number) {
    case 1:
      return 'float32';
    case 3:
      return 'int32';
    case 9:
      return 'int64';
    case 10:
      return 'bool';
    default:
      return null;
  }
}
