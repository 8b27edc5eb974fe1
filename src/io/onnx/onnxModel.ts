import type { Preprocessing } from '../../spec/types.js';
import { encodeRecord, RECORD_KEY } from '../modelRecord.js';
import type { ModelSnapshot } from '../modelSnapshot.js';
import { buildGraph } from './buildGraph.js';
import { encodeModel } from './encodeModel.js';
import { foldLines } from './foldLines.js';
import { foldPreprocessing } from './foldPreprocessing.js';
import { mergePadding } from './mergePadding.js';
import { mergeSiblings } from './mergeSiblings.js';

/** Options of {@link onnxModel}. */
export interface OnnxOptions {
  /** Whether batch normalization right behind a convolution or a dense layer goes into its weights. @default true */
  readonly foldBatchNormalization?: boolean;
  /** Names of the layers whose outputs are wanted, in this order; what only others need is left out. @default the model's outputs */
  readonly outputs?: readonly string[];
  /** Given, the graph takes RGB values 0–255 and prepares them itself. @default the input is the prepared picture */
  readonly preprocessing?: Preprocessing;
  /** Of the pixels, with `preprocessing`. @default 'float32' */
  readonly inputType?: 'float32' | 'uint8';
  /** Whether 1×1 convolutions that read the same map become one. @default false */
  readonly mergeSiblings?: boolean;
}

/** An encoded model, see `encodeModel`. */
export type EncodedOnnx = ReturnType<typeof encodeModel>;

/**
 * A model as ONNX: operator set 17, weights inside, any batch.
 *
 * Input `input`, `[batch, height, width, channels]` (several inputs bear their layers' names). Outputs bear the names of their layers, feature
 * maps `[batch, height, width, channels]` too. Labels and preprocessing are in `metadata_props`.
 *
 * @param where For messages.
 * @param snapshot Its weights are read when the pieces are.
 * @throws InceptionError `UNSUPPORTED_FORMAT` naming each layer that ONNX cannot express, and for a model beyond 2 GB.
 */
export function encodeOnnx(where: string, snapshot: ModelSnapshot, options: OnnxOptions = {}): EncodedOnnx {
  const { foldBatchNormalization = true, outputs, preprocessing, inputType: type = 'float32' } = options;
  const graph = buildGraph(where, snapshot, outputs);
  mergePadding(graph);
  if (foldBatchNormalization) foldLines(graph);
  if (options.mergeSiblings) mergeSiblings(graph);
  if (preprocessing) foldPreprocessing(where, graph, { preprocessing, type });
  return encodeModel(where, graph, metadataOf(snapshot, preprocessing === undefined));
}

/** As {@link encodeOnnx}, in one piece. */
export async function onnxModel(snapshot: ModelSnapshot, options: OnnxOptions = {}): Promise<Uint8Array> {
  const encoded = encodeOnnx('onnxModel', snapshot, options);
  const bytes = new Uint8Array(encoded.byteLength);
  let offset = 0;
  for await (const piece of encoded.pieces()) {
    bytes.set(piece, offset);
    offset += piece.length;
  }
  return bytes;
}

/** The record, and for tools that do not know it what they may want of it. */
function metadataOf({ record }: ModelSnapshot, isPreparedOutside: boolean): Record<string, string> {
  const { labels, preprocessing } = record;
  return {
    [RECORD_KEY]: encodeRecord(record),
    ...(labels.length > 0 && { labels: JSON.stringify(labels) }),
    ...(preprocessing && isPreparedOutside && { preprocessing: JSON.stringify(preprocessing) }),
  };
}
