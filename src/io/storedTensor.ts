/** One tensor of a model or weight file: what it is, known at once, and its values, read when they are asked for. */
export interface StoredTensor {
  /** Under which its file knows it. */
  readonly name: string;
  /** Whole numbers, checked against the bytes that the file holds for it. A scalar's is empty. */
  readonly shape: readonly number[];
  /** How the file stores it, for messages: `float32`, `float16`, `bfloat16`, `float64`, `int64`, … */
  readonly dtype: string;
  /**
   * The values in row-major order, as float32 whatever the file's type: half precision widened, doubles rounded.
   *
   * Each call reads the file once more and hands over memory of its own, so that of a large file no more than one tensor need be held.
   *
   * @throws InceptionError `CORRUPT_WEIGHTS` naming file and tensor.
   */
  read(): Promise<Float32Array>;
}
