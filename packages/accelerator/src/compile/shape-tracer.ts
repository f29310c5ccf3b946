import type { NativeAttribute, NativeBinding, NativeTensor } from '../graph/native-backend.js';

/** Operations that write into their first input. */
const IN_PLACE: ReadonlySet<string> = new Set(['InplaceUpdate']);

/** Operations that divide: zeros will not do for their second input. */
const DIVIDING: ReadonlySet<string> = new Set([
  'Div',
  'RealDiv',
  'FloorDiv',
  'TruncateDiv',
  'Mod',
  'FloorMod',
  'TruncateMod',
]);

/** Operations whose results have a shape that follows from values. */
const SHAPED_BY_VALUES = /^(Unique|Where$|NonMaxSuppression|SparseSegment|SparseFill|SparseReshape|Ragged|ListDiff)/;

/** Up to so many elements an input may be a shape, an axis or sizes of parts, on whose values the result's shape depends. */
const MOST_SHAPE_ELEMENTS = 4096;

const INT32 = 3;
const INT64 = 9;
const BOOL = 10;

/** What is known of a tensor while a function is traced. */
interface Known {
  readonly shape: readonly number[];
  readonly dtype: number;
  /** Its values as text, if it is so small a constant that the shape of a result may depend on them. */
  readonly values: string | null;
}

type Shaped = Omit<NativeTensor, 'id'>;

/**
 * Finds out what shapes operations make, and computes next to nothing.
 *
 * A tensor is a stand-in: a handle with a shape and a data type, but no memory. The first time an operation meets inputs of
 * given shapes, and given small constants, it is executed on zeros, which are freed at once with what it made; from then on
 * the answer is known. So to trace a function takes the memory of its largest operation, and not the time of running it.
 * Only constants are real, and what small integers follow from constants alone: shapes may be computed.
 */
export class ShapeTracer {
  readonly #binding: NativeBinding;
  readonly #known = new Map<number, Known>();
  readonly #answers = new Map<string, readonly Shaped[]>();
  readonly #overwritten = new Map<number, number>();
  #next = -2;

  constructor(binding: NativeBinding) {
    this.#binding = binding;
  }

  /** Whether a handle has no memory behind it. -1 is TensorFlow.js's own sign for values that were not handed over yet. */
  static isStandIn(id: number): boolean {
    return id < -1;
  }

  /** A new handle for a tensor of which nothing but this is known. */
  standIn({ shape, dtype }: Shaped): NativeTensor {
    const id = this.#next--;
    this.#known.set(id, { shape, dtype, values: null });
    return { id, shape, dtype };
  }

  /** Says what a real handle holds: a constant if its values are given. */
  declare(id: number, { shape, dtype }: Shaped, values?: Uint8Array): void {
    const small = values !== undefined && elements(shape) <= MOST_SHAPE_ELEMENTS;
    this.#known.set(id, { shape, dtype, values: small ? String(values) : null });
  }

  /**
   * What the operation would make. Fails as the operation does if it does not take these shapes.
   *
   * @throws Error for an operation whose shapes depend on values
   */
  execute(name: string, given: readonly NativeAttribute[], inputs: readonly number[], outputs: number): NativeTensor[] {
    if (SHAPED_BY_VALUES.test(name)) {
      throw new Error(`cannot be traced, the shape that ${name} makes depends on values`);
    }
    // Indices that are all 0 are no fault here.
    const attributes = given.map((one) => (one.name === 'validate_indices' ? { ...one, value: false } : one));
    const known = inputs.map((id) => this.#known.get(id) as Known);
    const constant = known.length > 0 && known.every(({ values }) => values !== null);
    const key = JSON.stringify([name, attributes, known, outputs]);
    const answer = this.#answers.get(key);
    const made =
      answer?.map((shaped) => this.standIn(shaped)) ??
      this.#executed(name, attributes, inputs, outputs).map((result) =>
        constant && isShape(result) ? this.#kept(result) : this.#dropped(result),
      );
    // What follows from constants is real, and made anew each time.
    if (!constant) this.#answers.set(key, made);
    const [first] = made;
    if (IN_PLACE.has(name) && first !== undefined) this.#overwritten.set(first.id, this.memoryOf(inputs[0] as number));
    return made;
  }

  /** The handle that first had the memory of this one: another one if operations overwrote it in place. */
  memoryOf(id: number): number {
    return this.#overwritten.get(id) ?? id;
  }

  #executed(name: string, attributes: NativeAttribute[], inputs: readonly number[], outputs: number): NativeTensor[] {
    const temporary: number[] = [];
    const real = inputs.map((id, place) => {
      const { shape, dtype, values } = this.#known.get(id) as Known;
      if (values !== null && !IN_PLACE.has(name)) return id;
      const array = ShapeTracer.zerosOf(dtype, shape);
      if (place === 1 && DIVIDING.has(name)) array.fill(1);
      temporary.push(this.#binding.createTensor([...shape], dtype, array));
      return temporary.at(-1) as number;
    });
    try {
      return this.#binding.executeOp(name, attributes, real, outputs);
    } finally {
      for (const id of temporary) this.#binding.deleteTensor(id);
    }
  }

  /** Zeros, for whoever reads the values of a stand-in. */
  static zerosOf(dtype: number, shape: readonly number[]): Int32Array | Uint8Array | Float32Array {
    const size = elements(shape);
    if (dtype === INT64) return new Int32Array(2 * size);
    return dtype === INT32 ? new Int32Array(size) : dtype === BOOL ? new Uint8Array(size) : new Float32Array(size);
  }

  /** Its values cannot be read here; they are told apart by the handle. */
  #kept(result: NativeTensor): NativeTensor {
    this.#known.set(result.id, { shape: result.shape, dtype: result.dtype, values: `handle ${result.id}` });
    return result;
  }

  #dropped(result: NativeTensor): NativeTensor {
    this.#binding.deleteTensor(result.id);
    return this.standIn(result);
  }
}

function isShape({ shape, dtype }: NativeTensor): boolean {
  return (dtype === INT32 || dtype === INT64) && elements(shape) <= MOST_SHAPE_ELEMENTS;
}

function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
