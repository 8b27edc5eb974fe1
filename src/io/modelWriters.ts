import { writeH5 } from './keras/writeH5.js';
import { writeKeras } from './keras/writeKeras.js';
import type { ModelFormat } from './modelFormat.js';
import type { ModelPath } from './modelPath.js';
import type { ModelSnapshot } from './modelSnapshot.js';
import { writeOnnx } from './onnx/writeOnnx.js';
import { writeSafetensors } from './safetensors/writeSafetensors.js';
import { writeTfjsLayers } from './tfjs/writeTfjsLayers.js';

/** What {@link WriteOptions.names} may be. */
export const TENSOR_NAMES = ['tfjs-inception', 'torchvision', 'timm'] as const;

/** What a caller may ask of the formats that know it. */
export interface WriteOptions {
  /** safetensors: whose tensor names and layouts; those of torchvision and timm make a state dict for `load_state_dict(strict=True)`. */
  readonly names?: (typeof TENSOR_NAMES)[number];
  /** ONNX: whether batch normalisation is folded into the convolutions before it. */
  readonly foldBatchNormalization?: boolean;
}

/**
 * Writes a model whole or not at all. The weights of the snapshot are read one after the other and none is kept.
 *
 * @param where The caller's name, for messages.
 * @throws InceptionError `WRITE_FAILED`, and what stood at the path still stands; `UNSUPPORTED_FORMAT` for a model that the format cannot hold.
 */
export type ModelWriter = (where: string, snapshot: ModelSnapshot, path: ModelPath, options: WriteOptions) => Promise<void>;

/** Which of {@link WriteOptions} each format knows, with the values that it takes. */
export const FORMAT_OPTIONS: Readonly<
  Record<ModelFormat, Partial<{ readonly [Name in keyof WriteOptions]-?: readonly WriteOptions[Name][] }>>
> = {
  'tfjs-layers': {},
  keras: {},
  h5: {},
  onnx: { foldBatchNormalization: [true, false] },
  safetensors: { names: TENSOR_NAMES },
};

/** How each format is written. */
export const MODEL_WRITERS: Readonly<Record<ModelFormat, ModelWriter>> = {
  'tfjs-layers': writeTfjsLayers,
  keras: writeKeras,
  h5: writeH5,
  onnx: writeOnnx,
  safetensors: writeSafetensors,
};
