import * as tf from '@tensorflow/tfjs';
import { tfjsLayerClass } from './tfjsLayerClass.js';

type SeparableConv2dArgs = Parameters<typeof tf.layers.separableConv2d>[0];

interface TfjsSeparableConv2D {
  readonly depthMultiplier: number;
}

const Base = tfjsLayerClass<TfjsSeparableConv2D>(tf.layers.separableConv2d({ name: 'separable_conv2d', filters: 1, kernelSize: 1 }));

/** tfjs' own SeparableConv2D, which forgets its depth multiplier when it is saved: a file with any other than 1 would not load. */
export class SeparableConv2D extends Base {
  /** @nocollapse */
  static className = 'SeparableConv2D';

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), depthMultiplier: this.depthMultiplier };
  }
}

/** `tf.layers.separableConv2d`, saved whole, as Keras saves it. */
export function separableConv2d(args: SeparableConv2dArgs): tf.layers.Layer {
  return new SeparableConv2D(args as never);
}
