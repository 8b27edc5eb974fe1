import { create, toBinary } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { expectedGot } from '../../errors.js';
import { version } from '../../version.js';
import { sizeOf, type Constant } from './constant.js';
import {
  AttributeProto_AttributeType as AttributeType,
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  TensorProto_DataType as DataType,
  TensorProtoSchema,
  ValueInfoProtoSchema,
  type AttributeProto,
  type NodeProto,
  type ValueInfoProto,
} from './onnx-ml_pb.js';
import type { Attribute, GraphPort, OnnxGraph, Operation } from './onnxGraph.js';

/** A finished file: its length, known before a weight is read, and its bytes in pieces of at most one tensor. */
interface EncodedModel {
  readonly byteLength: number;
  pieces(): AsyncIterable<Uint8Array>;
}

/** Readers of protobuf count bytes in 32 bits with a sign; larger models need files beside theirs, which are not written here. */
const MAX_BYTES = 2 ** 31 - 1;

/** All that is used is in this version of the operators, which ONNX Runtime reads since 1.12. */
const OPERATOR_SET = 17n;

/** The version of the file format that came with those operators. */
const IR_VERSION = 8n;

/** Numbers of the fields that are written by hand, so that the weights pass one by one: ModelProto.graph, GraphProto.initializer, TensorProto.raw_data. */
const [GRAPH, INITIALIZER, RAW_DATA] = [
  ModelProtoSchema.field.graph.number,
  GraphProtoSchema.field.initializer.number,
  TensorProtoSchema.field.rawData.number,
];

/**
 * A graph as a `ModelProto`.
 *
 * @param where For messages.
 * @param metadata Texts by name, kept as `metadata_props`.
 * @throws InceptionError `UNSUPPORTED_FORMAT` for one beyond 2 GB, and for names with half a surrogate pair.
 * @see https://github.com/onnx/onnx/blob/main/docs/IR.md
 */
export function encodeModel(where: string, graph: OnnxGraph, metadata: Readonly<Record<string, string>>): EncodedModel {
  const model = create(ModelProtoSchema, {
    irVersion: IR_VERSION,
    opsetImport: [{ version: OPERATOR_SET }],
    producerName: 'tfjs-inception',
    producerVersion: version,
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  });
  // Before any length is written: the format has no room for those beyond 4 GB.
  checkSize(
    where,
    [...graph.constants.values()].reduce((sum, constant) => sum + byteLengthOf(constant), 0),
  );
  const head = toBinary(ModelProtoSchema, model);
  const operations = toBinary(
    GraphProtoSchema,
    create(GraphProtoSchema, {
      name: graph.name,
      node: graph.operations.map(nodeOf),
      input: graph.inputs.map(portOf),
      output: graph.outputs.map(portOf),
    }),
  );
  const initializers = [...graph.constants].map(([name, constant]) => ({ head: initializerHead(name, constant), constant }));
  const graphBytes = initializers.reduce(
    (sum, { head: before, constant }) => sum + before.length + byteLengthOf(constant),
    operations.length,
  );
  const graphHead = lengthDelimited(GRAPH, graphBytes);
  const byteLength = head.length + graphHead.length + graphBytes;
  checkSize(where, byteLength);
  return {
    byteLength,
    async *pieces() {
      yield Buffer.concat([head, graphHead, operations]);
      for (const { head: before, constant } of initializers) {
        yield before;
        yield await bytesOf(constant);
      }
    },
  };
}

function checkSize(where: string, bytes: number): void {
  if (bytes <= MAX_BYTES) return;
  throw expectedGot('UNSUPPORTED_FORMAT', where, `an ONNX file of at most ${MAX_BYTES} bytes`, bytes, 'Save it in another format.');
}

/** All of an initializer but its numbers, which follow. */
function initializerHead(name: string, constant: Constant): Uint8Array {
  const dataType = constant.type === 'int64' ? DataType.INT64 : DataType.FLOAT;
  const tensor = toBinary(TensorProtoSchema, create(TensorProtoSchema, { name, dataType, dims: constant.dims.map(BigInt) }));
  const data = lengthDelimited(RAW_DATA, byteLengthOf(constant));
  return Buffer.concat([lengthDelimited(INITIALIZER, tensor.length + data.length + byteLengthOf(constant)), tensor, data]);
}

/** What stands before a field of so many bytes. */
function lengthDelimited(field: number, bytes: number): Uint8Array {
  return new BinaryWriter().tag(field, WireType.LengthDelimited).uint32(bytes).finish();
}

function byteLengthOf(constant: Constant): number {
  return sizeOf(constant) * (constant.type === 'int64' ? 8 : 4);
}

async function bytesOf(constant: Constant): Promise<Uint8Array> {
  const values = constant.type === 'int64' ? BigInt64Array.from(constant.values, BigInt) : await constant.read();
  const stored = values instanceof Float64Array ? Float32Array.from(values) : values;
  return new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength);
}

function nodeOf({ name, type, inputs, outputs, attributes }: Operation): NodeProto {
  const attribute = Object.entries(attributes).map(([key, value]) => attributeOf(key, value));
  return create(NodeProtoSchema, { name, opType: type, input: inputs, output: outputs, attribute });
}

function attributeOf(name: string, value: Attribute): AttributeProto {
  if (typeof value === 'number') return create(AttributeProtoSchema, { name, type: AttributeType.INT, i: BigInt(value) });
  if (typeof value === 'string') return create(AttributeProtoSchema, { name, type: AttributeType.STRING, s: Buffer.from(value) });
  if ('float' in value) return create(AttributeProtoSchema, { name, type: AttributeType.FLOAT, f: value.float });
  return create(AttributeProtoSchema, { name, type: AttributeType.INTS, ints: value.map(BigInt) });
}

function portOf({ name, type, shape }: GraphPort): ValueInfoProto {
  const elemType = type === 'uint8' ? DataType.UINT8 : DataType.FLOAT;
  const fixed = shape.map((length) => ({ value: { case: 'dimValue' as const, value: BigInt(length) } }));
  const dim = [{ value: { case: 'dimParam' as const, value: 'batch' } }, ...fixed];
  return create(ValueInfoProtoSchema, { name, type: { value: { case: 'tensorType', value: { elemType, shape: { dim } } } } });
}
