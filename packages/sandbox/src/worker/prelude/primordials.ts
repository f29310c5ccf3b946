/**
 * The built-ins that the prelude uses, taken before any other code can replace them. Runs inside the isolate, from its
 * own source text: it closes over nothing. So do all functions of this folder.
 */
export function takePrimordials() {
  const { apply, construct, ownKeys, getOwnPropertyDescriptor, getPrototypeOf, defineProperty } = Reflect;
  return {
    apply,
    construct,
    ownKeys,
    getOwnPropertyDescriptor,
    getPrototypeOf,
    defineProperty,
    // Called by another name it is an indirect eval: global scope, sloppy mode.
    evaluate: (globalThis as unknown as Record<string, unknown>)['eval'] as (source: string) => unknown,
    NativeError: Error,
    NativeTypeError: TypeError,
    NativeRangeError: RangeError,
    NativePromise: Promise,
    isArray: Array.isArray,
    stringify: JSON.stringify,
    parse: JSON.parse,
    is: Object.is,
    fromCharCode: String.fromCharCode,
    errorPrototype: Error.prototype as unknown,
    objectPrototype: Object.prototype as unknown,
    syntaxErrorPrototype: SyntaxError.prototype as unknown,
    isView: ArrayBuffer.isView,
    tagOf: Object.prototype.toString,
    slice: String.prototype.slice,
    charCodeAt: String.prototype.charCodeAt,
    numberToString: Number.prototype.toString,
    bigIntToString: BigInt.prototype.toString,
    symbolToString: Symbol.prototype.toString,
    regExpToString: RegExp.prototype.toString,
    regExpExec: RegExp.prototype.exec,
    getTime: Date.prototype.getTime,
    dateToISOString: Date.prototype.toISOString,
    mapForEach: Map.prototype.forEach,
    setForEach: Set.prototype.forEach,
    promiseThen: Promise.prototype.then,
    /** A property as a built-in has it. */
    define(target: object, name: string, value: unknown): void {
      defineProperty(target, name, { value, writable: true, enumerable: false, configurable: true });
    },
    /** An error whose stack shows nothing of ours. */
    plainError(Kind: ErrorConstructor, message: string): Error {
      const error = new Kind(message);
      defineProperty(error, 'stack', { value: `${error.name}: ${message}`, writable: true, configurable: true });
      return error;
    },
  };
}

export type Primordials = ReturnType<typeof takePrimordials>;
