import { DATA_TYPE_NUMBER, type DataType } from './data-type.js';
import { ProtobufWriter } from './protobuf-writer.js';

/** The value of a node's attribute. A `tensor` holds its elements little-endian, row-major. */
export type Attribute =
  | { readonly kind: 'type'; readonly value: DataType }
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'shape'; readonly value: readonly number[] }
  | { readonly kind: 'tensor'; readonly type: DataType; readonly shape: readonly number[]; readonly bytes: Uint8Array };

/** An attribute as TensorFlow's `AttrValue` message. */
export function encodeAttribute(attribute: Attribute): ProtobufWriter {
  const message = new ProtobufWriter();
  switch (attribute.kind) {
    case 'type':
      return message.varint(6, DATA_TYPE_NUMBER[attribute.value]);
    case 'int':
      return message.varint(3, attribute.value);
    case 'ints': {
      const list = new ProtobufWriter();
      for (const value of attribute.value) list.varint(3, value);
      return message.message(1, list);
    }
    case 'float':
      return message.float(4, attribute.value);
    case 'bool':
      return message.bool(5, attribute.value);
    case 'string':
      return message.string(2, attribute.value);
    case 'shape':
      return message.message(7, encodeShape(attribute.value));
    case 'tensor':
      return message.message(
        8,
        new ProtobufWriter()
          .varint(1, DATA_TYPE_NUMBER[attribute.type])
          .message(2, encodeShape(attribute.shape))
          .bytes(4, attribute.bytes),
      );
    default: {
      const unknown: never = attribute;
      throw new RangeError(`attribute: a known kind, got ${JSON.stringify(unknown)}`);
    }
  }
}

function encodeShape(shape: readonly number[]): ProtobufWriter {
  const message = new ProtobufWriter();
  for (const size of shape) message.message(2, new ProtobufWriter().varint(1, size));
  return message;
}
