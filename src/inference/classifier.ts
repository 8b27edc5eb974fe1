import type * as tf from '@tensorflow/tfjs';

/** A picture: the path of a file, a file's bytes, or RGB values 0–255 of shape `[height, width, 3]`, which stay the caller's. */
export type ImageSource = string | Uint8Array | tf.Tensor3D;

/** How sure a classifier is of one class. */
export interface Prediction {
  /** The class name; `class <index>` where the model has learnt no names. */
  readonly label: string;
  readonly index: number;
  /** 0–1; over all classes they sum to 1. */
  readonly probability: number;
}

/** What computes a model's answers. */
export interface EngineReport {
  /** `'onnx'`: ONNX Runtime on the CPU. `'tfjs'`: TensorFlow.js on the backend of `useBackend`. */
  readonly name: 'onnx' | 'tfjs';
  /** Why it is not ONNX Runtime, where `'auto'` was to choose. */
  readonly reason?: string;
}

/** One model or several made ready for pictures. Made by `createClassifier`. */
export interface Classifier {
  /** What computes the answers of the first model. */
  readonly engine: EngineReport;
  /** What computes those of each, in the order given. */
  readonly engines: readonly EngineReport[];
  /** One a class. */
  readonly labels: readonly string[];
  /**
   * The likeliest classes of one picture, the likeliest first, equals by index.
   *
   * A file is decoded, turned upright, cropped and resized exactly as validation pictures are; a path and its bytes give the same answer. A
   * tensor of the network's input size is taken as it is, any other is cropped and resized like a file. With several crops every picture
   * is cut into views.
   *
   * @throws InceptionError `NOT_FOUND`, `UNREADABLE_IMAGE`; `INVALID_ARGUMENT` if a tensor's shape or range is not a picture's;
   *   `CORRUPT_WEIGHTS` if the model's answer is not finite.
   */
  classify(image: ImageSource): Promise<Prediction[]>;
  /**
   * The same for many pictures, in order: several are computed at once, and files are decoded by other threads meanwhile. One that cannot be
   * read fails the call.
   */
  classifyMany(images: readonly ImageSource[]): Promise<Prediction[][]>;
  /** Frees what this classifier made and the models that it loaded; those that were passed in stay. Safe to call twice. */
  dispose(): void;
}
