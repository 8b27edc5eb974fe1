import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Values of a stored weight, and the shape they are stored under. */
export interface Constant {
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
}

/** A node of a TensorFlow graph, as JSON has it. */
export interface GraphNode {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr?: object;
}

/** What a folder of a graph model holds. */
export interface GraphModelFiles {
  readonly document: {
    format: string;
    modelTopology: { node: GraphNode[]; versions: object };
    signature?: object;
    weightsManifest: { paths: string[]; weights: { name: string; shape: readonly number[]; dtype: string }[] }[];
  };
  readonly weights: Uint8Array;
}

const FLOAT = { type: 'DT_FLOAT' };
const text = (value: string): object => ({ s: Buffer.from(value).toString('base64') });
const list = (...values: number[]): object => ({ list: { i: values.map(String) } });

/** The nodes of the network that `smallLayers` builds with layers, as TensorFlow.js' converter writes them. */
export function graphModelFiles(
  constants: Readonly<Record<'kernel' | 'bias' | 'matrix' | 'logitsBias', Constant>>,
  { side = 12, batch = -1, softmax = true }: { readonly side?: number; readonly batch?: number; readonly softmax?: boolean } = {},
): GraphModelFiles {
  const entries: [string, Constant, string][] = [
    ...Object.entries(constants).map(([name, constant]): [string, Constant, string] => [name, constant, 'float32']),
    ['axes', { shape: [2], values: [1, 2] }, 'int32'],
  ];
  const node = (name: string, op: string, input: readonly string[], attr: object = {}): GraphNode => ({
    name,
    op,
    input,
    attr: { T: FLOAT, ...attr },
  });
  const nodes = [
    ...entries.map(([name, , dtype]) => ({ name, op: 'Const', attr: { dtype: { type: dtype === 'int32' ? 'DT_INT32' : 'DT_FLOAT' } } })),
    { name: 'images', op: 'Placeholder', attr: { dtype: FLOAT, shape: { shape: { dim: [batch, side, side, 3].map((size) => ({ size: String(size) })) } } } },
    node('convolution', 'Conv2D', ['images', 'kernel'], { strides: list(1, 2, 2, 1), padding: text('SAME'), data_format: text('NHWC'), dilations: list(1, 1, 1, 1) }),
    node('biased', 'BiasAdd', ['convolution', 'bias'], { data_format: text('NHWC') }),
    node('rectified', 'Relu', ['biased']),
    node('pooled', 'Mean', ['rectified', 'axes'], { keep_dims: { b: false }, Tidx: { type: 'DT_INT32' } }),
    node('product', 'MatMul', ['pooled', 'matrix'], { transpose_a: { b: false }, transpose_b: { b: false } }),
    node('logits', 'BiasAdd', ['product', 'logitsBias'], { data_format: text('NHWC') }),
    ...(softmax ? [node('probabilities', 'Softmax', ['logits'])] : []),
  ]; // prettier-ignore
  const bytes = entries.map(([, { values }, dtype]) =>
    dtype === 'int32' ? new Uint8Array(Int32Array.from(values).buffer) : new Uint8Array(Float32Array.from(values).buffer),
  );
  return {
    document: {
      format: 'graph-model',
      modelTopology: { node: nodes, versions: { producer: 27 } },
      weightsManifest: [
        { paths: ['group1-shard1of1.bin'], weights: entries.map(([name, { shape }, dtype]) => ({ name, shape: [...shape], dtype })) },
      ],
    },
    weights: Buffer.concat(bytes),
  };
}

/** Writes a folder that `tf.loadGraphModel` reads. */
export async function writeGraphModel(folder: string, { document, weights }: GraphModelFiles): Promise<string> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'model.json'), JSON.stringify(document));
  await writeFile(join(folder, 'group1-shard1of1.bin'), weights);
  return folder;
}
