/** `TF_RESOURCE_EXHAUSTED` of TensorFlow's `TF_Code`, as the binding writes it for a single operation. */
const STATUS = 'Invalid TF_Status: 8\n';
/** How TensorFlow begins that status when an allocator gave nothing; all that the binding passes on of a graph's run. */
const ALLOCATION = 'OOM when allocating ';
/** What the JavaScript engine says when it gets no memory for an array. */
const ARRAY = 'Array buffer allocation failed';

/**
 * Whether an error means that memory ran out: an operation or a graph for which TensorFlow found none, or an array for
 * which JavaScript found none. What was being computed is lost; everything that existed before still stands, and less
 * may be tried.
 *
 * An operation reports TensorFlow's status code. The run of a graph reports only its message, so its fixed words are
 * read. A process that the operating system kills, or that a library of TensorFlow aborts, never gets here.
 */
export function isOutOfMemory(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { message } = error;
  return message.startsWith(STATUS) || message.includes(ALLOCATION) || message === ARRAY;
}
