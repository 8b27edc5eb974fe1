/** The formats that models are saved in. All but `'onnx'` are read too. */
export type ModelFormat = 'tfjs-layers' | 'keras' | 'h5' | 'onnx' | 'safetensors';

/** How each format is recognised by a path that is to be written; tfjs-layers is a folder. */
export const FORMAT_EXTENSIONS: Readonly<Record<Exclude<ModelFormat, 'tfjs-layers'>, readonly string[]>> = {
  keras: ['.keras'],
  h5: ['.h5', '.hdf5'],
  onnx: ['.onnx'],
  safetensors: ['.safetensors'],
};

/** Every format, the default first. */
export const MODEL_FORMATS: readonly ModelFormat[] = ['tfjs-layers', 'keras', 'h5', 'onnx', 'safetensors'];
