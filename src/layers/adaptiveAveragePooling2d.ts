import * as tf from '@tensorflow/tfjs';
import { invalidArgument } from '../errors.js';
import { oneTensor } from './tfjsLayerClass.js';

/** What {@link adaptiveAveragePooling2d} takes. */
export interface AdaptiveAveragePooling2dArgs {
  readonly name?: string;
  /** Rows and columns of the output, or one number for both. */
  readonly outputSize: number | readonly [height: number, width: number];
}

interface Config {
  readonly name?: string;
  readonly outputSize: number | readonly number[];
  readonly dataFormat?: string | null;
}

/** The layer behind {@link adaptiveAveragePooling2d}. Files that hold it need this package to be imported. */
export class AdaptiveAveragePooling2D extends tf.layers.Layer {
  /** @nocollapse */
  static className = 'AdaptiveAveragePooling2D';

  private readonly outputSize: readonly number[];

  constructor(config: Config) {
    super(config);
    const { name, outputSize, dataFormat } = config;
    const where = `adaptiveAveragePooling2d('${name ?? ''}')`;
    this.outputSize = typeof outputSize === 'number' ? [outputSize, outputSize] : outputSize;
    if (this.outputSize.length !== 2 || !this.outputSize.every((size) => Number.isInteger(size) && size > 0)) {
      throw invalidArgument(`${where}.outputSize`, 'a positive integer or two', outputSize);
    }
    if (dataFormat && dataFormat !== 'channelsLast') {
      throw invalidArgument(`${where}.dataFormat`, "'channelsLast'", dataFormat, 'Permute the axes first.');
    }
    this.inputSpec = [{ ndim: 4 }];
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const [batch, , , channels] = inputShape as tf.Shape;
    return [batch, ...this.outputSize, channels];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const x = oneTensor(inputs) as tf.Tensor4D;
      const [batch, height, width, channels] = x.shape;
      const [rows, columns] = this.outputSize;
      // Over the height first, with width and channels as one axis; then over the width, with batch and rows as one: no transposition.
      const tall = tf.reshape(x, [batch, height, width * channels]);
      const pooled = tf.matMul(averagingMatrix(height, rows), tall);
      const wide = tf.reshape(pooled, [batch * rows, width, channels]);
      return tf.reshape(tf.matMul(averagingMatrix(width, columns), wide), [batch, rows, columns, channels]);
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { outputSize: [...this.outputSize], dataFormat: 'channelsLast', ...super.getConfig() };
  }
}

/** `[1, outputs, inputs]`, row i the mean over torch's window ⌊i · inputs / outputs⌋ … ⌈(i + 1) · inputs / outputs⌉ − 1. */
function averagingMatrix(inputs: number, outputs: number): tf.Tensor3D {
  const values = new Float32Array(outputs * inputs);
  for (let i = 0; i < outputs; i++) {
    const start = Math.floor((i * inputs) / outputs);
    const end = Math.ceil(((i + 1) * inputs) / outputs);
    values.fill(1 / (end - start), i * inputs + start, i * inputs + end);
  }
  return tf.tensor3d(values, [1, outputs, inputs]);
}

/**
 * Mean over `outputSize` nearly equal windows a side, whatever the input size: torch's AdaptiveAvgPool2d.
 *
 * Input `[batch, height, width, channels]`, output `[batch, rows, columns, channels]`. Window i covers ⌊i · height / rows⌋ to
 * ⌈(i + 1) · height / rows⌉; windows overlap where the sizes do not divide, and repeat pixels where the input is the smaller. Saved with
 * the configuration of Keras 3's AdaptiveAveragePooling2D.
 *
 * @throws InceptionError `INVALID_ARGUMENT` if outputSize is not one or two positive integers.
 * @example
 * ```ts
 * adaptiveAveragePooling2d({ name: 'auxiliary_4a_pool', outputSize: 4 });
 * ```
 */
export function adaptiveAveragePooling2d(args: AdaptiveAveragePooling2dArgs): tf.layers.Layer {
  return new AdaptiveAveragePooling2D(args);
}
