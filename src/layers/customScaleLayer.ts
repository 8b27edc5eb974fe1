import * as tf from '@tensorflow/tfjs';
import { invalidArgument } from '../errors.js';

interface Config {
  readonly name?: string;
  readonly scale?: unknown;
}

/**
 * Keras' layer of Inception-ResNet v2: `inputs[0] + scale · inputs[1]`, a residual added to its shortcut.
 *
 * Two inputs of one shape, which is the output's. Saved under Keras' own name and configuration.
 *
 * @throws InceptionError `INVALID_ARGUMENT` if the scale is no finite number.
 * @see keras/src/applications/inception_resnet_v2.py
 */
export class CustomScaleLayer extends tf.layers.Layer {
  /** @nocollapse */
  static className = 'CustomScaleLayer';

  private readonly scale: number;

  constructor(config: Config) {
    super(config);
    const { name, scale } = config;
    if (typeof scale !== 'number' || !Number.isFinite(scale)) {
      throw invalidArgument(`CustomScaleLayer('${name ?? ''}').scale`, 'a finite number', scale);
    }
    this.scale = scale;
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    return (inputShape as tf.Shape[])[0];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const [shortcut, residual] = inputs as tf.Tensor[];
    return tf.tidy(() => tf.add(shortcut, tf.mul(residual, this.scale)));
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { scale: this.scale, ...super.getConfig() };
  }
}
