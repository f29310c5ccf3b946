/**
 * The few kinds of fields that a model in the ONNX format needs, in the wire format of protocol buffers.
 *
 * @typedef {Uint8Array} Bytes
 */

/**
 * @param {number} field
 * @param {number} value a whole number of at least 0
 * @returns {Bytes}
 */
export function varint(field, value) {
  return Uint8Array.from([...number(field * 8), ...number(value)]);
}

/**
 * A nested message, a text or raw bytes.
 *
 * @param {number} field
 * @param {string | Bytes | readonly Bytes[]} content
 * @returns {Bytes}
 */
export function block(field, content) {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : join(content);
  return join([Uint8Array.from([...number(field * 8 + 2), ...number(bytes.length)]), bytes]);
}

/**
 * @param {Bytes | readonly Bytes[]} parts
 * @returns {Bytes}
 */
export function join(parts) {
  return parts instanceof Uint8Array ? parts : Uint8Array.from(Buffer.concat(parts));
}

/**
 * Seven bits a byte, the lowest first.
 *
 * @param {number} value
 * @returns {number[]}
 */
function number(value) {
  return value < 128 ? [value] : [(value % 128) + 128, ...number(Math.floor(value / 128))];
}
