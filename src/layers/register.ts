/**
 * The one place where this package registers layers with tfjs' deserializer. Importing the package calls {@link registerLayers}.
 *
 * `BatchNormalization`, `Dropout` and `SeparableConv2D` take the place of tfjs' own of that name, for models that are loaded afterwards: they have the same
 * configuration and weights, so files go both ways. tfjs' factories (`tf.layers.batchNormalization`) are left as they are.
 */
import * as tf from '@tensorflow/tfjs';
import { AdaptiveAveragePooling2D } from './adaptiveAveragePooling2d.js';
import { BatchNormalization } from './batchNormalization.js';
import { CustomScaleLayer } from './customScaleLayer.js';
import { Dropout } from './dropout.js';
import { LocalResponseNormalization } from './localResponseNormalization.js';
import { Normalization } from './normalization.js';
import { SeparableConv2D } from './separableConv2d.js';

const PACKAGE = 'tfjs-inception';

let registered = false;

/** Makes this package's layers known to tfjs' deserializer. Calling it again does nothing. */
export function registerLayers(): void {
  if (registered) return;
  registered = true;
  for (const layer of [
    BatchNormalization,
    Dropout,
    SeparableConv2D,
    LocalResponseNormalization,
    AdaptiveAveragePooling2D,
    CustomScaleLayer,
    Normalization,
  ]) {
    tf.serialization.registerClass(layer as unknown as tf.serialization.SerializableConstructor<tf.layers.Layer>, PACKAGE);
  }
}
