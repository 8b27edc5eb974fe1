import type * as tf from '@tensorflow/tfjs';
import { expectedGot, type InceptionError } from '../../errors.js';
import { integers, weightsOf, type Constant, type Weights } from './constant.js';
import type { LayerCall } from './layerGraph.js';
import type { OnnxGraph, Operation } from './onnxGraph.js';

/**
 * A tensor on its way through the graph. The shape is tfjs', without the batch; one of three axes is a feature map `[height, width,
 * channels]`, and it alone lies otherwise in the graph: `[batch, channels, height, width]`, as ONNX wants it.
 */
export interface Value {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Puts a layer's operations into the graph. */
export type Emitter = (layer: EmittedLayer, inputs: readonly Value[]) => Value;

/** One call of a layer, and the graph it is put into. */
export class EmittedLayer {
  readonly name: string;

  constructor(
    private readonly where: string,
    private readonly call: LayerCall,
    private readonly graph: OnnxGraph,
    private readonly variables: ReadonlyMap<string, tf.Tensor>,
  ) {
    this.name = call.path.join('/');
  }

  get className(): string {
    return this.call.className;
  }

  /** What the layer is configured to. tfjs wrote it, so that it has the fields that the layer's class says. */
  config<Config>(): Config {
    return this.call.config as Config;
  }

  /** A variable by its own name: `kernel`. Undefined where the layer has none. */
  weights(name: string): Weights | undefined {
    const { path } = this.call;
    // tfjs puts the names of the models around a layer before its own, or not, depending on when it was built.
    const scopes = path.map((_, at) => path.slice(at).join('/'));
    const tensor = scopes.map((scope) => this.variables.get(`${scope}/${name}`)).find((found) => found !== undefined);
    return tensor && weightsOf(tensor);
  }

  /** {@link weights} that must be there. */
  required(name: string): Weights {
    const weights = this.weights(name);
    if (!weights) throw this.refuse(`a weight '${name}'`, 'none');
    return weights;
  }

  /** Adds an operation named for the layer; `part` tells a layer's further operations from its main one. */
  add(type: string, inputs: readonly (string | Constant)[], attributes?: Operation['attributes'], part?: string): string {
    const name = part === undefined ? this.name : `${this.name}/${part}`;
    const names = inputs.map((input, index) =>
      typeof input === 'string' ? input : this.graph.addConstant(`${name}/${CONSTANT_NAMES[type]?.[index] ?? 'constant'}`, input),
    );
    return this.graph.add(type, name, names, attributes);
  }

  /** A value as tfjs has it, a feature map with its channels last. */
  channelsLast({ name, shape }: Value): string {
    return shape.length === 3 ? this.add('Transpose', [name], { perm: [0, 2, 3, 1] }, 'channels_last') : name;
  }

  /** The other way: a tensor as tfjs has it becomes a value. */
  fromChannelsLast(name: string, shape: readonly number[]): Value {
    return { name: shape.length === 3 ? this.add('Transpose', [name], { perm: [0, 3, 1, 2] }, 'channels_first') : name, shape };
  }

  /** A tensor of a new shape, batch apart. */
  reshape(name: string, shape: readonly number[]): string {
    return this.add('Reshape', [name, integers([0, ...shape])]);
  }

  /** Where one of tfjs' axes lies in the graph. */
  axis(axis: number, { length: rank }: readonly number[]): number {
    const positive = axis < 0 ? axis + rank + 1 : axis;
    if (positive === 0) throw this.refuse('an axis other than the batch', axis);
    return rank === 3 ? [0, 2, 3, 1][positive] : positive;
  }

  /** @throws InceptionError `UNSUPPORTED_FORMAT` if the value is no feature map, or the layer's channels come first. */
  featureMap(value: Value): readonly [height: number, width: number, channels: number] {
    const { data_format: dataFormat } = this.config<{ data_format?: string | null }>();
    if (dataFormat && dataFormat !== 'channels_last') throw this.refuse("data format 'channels_last'", dataFormat);
    if (value.shape.length !== 3) throw this.refuse('an input of shape [batch, height, width, channels]', [null, ...value.shape]);
    return value.shape as readonly [number, number, number];
  }

  refuse(expected: string, actual: unknown): InceptionError {
    return expectedGot('UNSUPPORTED_FORMAT', `${this.where}: layer '${this.name}' (${this.className})`, expected, actual);
  }
}

/** What the constants among an operation's inputs are called, by their place. */
const CONSTANT_NAMES: Readonly<Record<string, readonly string[]>> = {
  Conv: ['', 'kernel', 'bias'],
  Gemm: ['', 'kernel', 'bias'],
  MatMul: ['kernel', 'kernel'],
  BatchNormalization: ['', 'gamma', 'beta', 'moving_mean', 'moving_variance'],
  Reshape: ['', 'shape'],
  Pad: ['', 'pads'],
};
