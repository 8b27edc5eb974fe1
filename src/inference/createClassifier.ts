import * as tf from '@tensorflow/tfjs';
import { ensureBackend } from '../backends/ensureBackend.js';
import { InceptionError, expectedGot, invalidArgument } from '../errors.js';
import { combineHeads } from '../evaluation/heads.js';
import { loadModel } from '../io/loadModel.js';
import { InceptionModel } from '../networks/inceptionModel.js';
import type { Classifier, ImageSource, Prediction } from './classifier.js';
import { checkClassifierOptions, settleOptions, type ClassifierOptions, type ClassifierSettings } from './classifierOptions.js';
import { readImage } from './readImage.js';

/** Pictures computed at once by `classifyMany`: native backends gain nothing more from larger batches, and 8 pictures of 299² are 8 MB. */
const PICTURES_AT_ONCE = 8;

/**
 * Makes a model ready for pictures: it decodes, crops, resizes and preprocesses them as in training's validation.
 *
 * @param modelOrPath A saved model's path, or a model in memory, which stays the caller's.
 * @returns `classify(image)`, where an image is a path, a file's bytes or a tensor `[height, width, 3]` of RGB values 0–255.
 * @throws InceptionError `INVALID_ARGUMENT` for an option, or if the model has no classifier or was not saved by this package; what
 *   `loadModel` throws; `UNSUPPORTED_FORMAT` for an engine or number of crops that is not part of this version.
 * @see Szegedy et al. 2014, arXiv:1409.4842, §5: auxiliary heads, discarded there after training; `heads: 'best'` keeps them.
 * @example
 * ```ts
 * const classifier = await createClassifier('pets', { topK: 1 });
 * const [{ label, probability }] = await classifier.classify('photo.jpg');
 * classifier.dispose();
 * ```
 */
export async function createClassifier(modelOrPath: InceptionModel | string, options: ClassifierOptions = {}): Promise<Classifier> {
  const where = 'createClassifier';
  checkClassifierOptions(where, options);
  await ensureBackend();
  const model = typeof modelOrPath === 'string' ? await loadModel(modelOrPath) : modelOrPath;
  const owned = typeof modelOrPath === 'string' ? model : undefined;
  try {
    return new ModelClassifier(checkModel(where, model), settleOptions(options, model as InceptionModel), owned !== undefined);
  } catch (error) {
    owned?.dispose();
    throw error;
  }
}

class ModelClassifier implements Classifier {
  readonly labels: readonly string[];
  /** From the input to the heads that are asked for; it shares the model's layers and owns nothing. */
  private readonly graph: tf.LayersModel;
  private readonly headNames: readonly string[];
  private isDisposed = false;

  constructor(
    readonly model: InceptionModel,
    private readonly settings: ClassifierSettings,
    private readonly ownsModel: boolean,
  ) {
    const { classes } = model.spec;
    this.labels = model.labels.length > 0 ? [...model.labels] : Array.from({ length: classes }, (_, index) => `class ${index}`);
    this.headNames = settings.heads === 'main' ? ['main'] : Object.keys(model.heads);
    const outputs = this.headNames.map((name) => model.heads[name]);
    this.graph = tf.model({ inputs: model.inputs, outputs, name: `${model.name}_classifier` });
  }

  async classify(image: ImageSource): Promise<Prediction[]> {
    const [predictions] = await this.classifyBatch('classifier.classify', [image], () => 'image');
    return predictions;
  }

  async classifyMany(images: readonly ImageSource[]): Promise<Prediction[][]> {
    const where = 'classifier.classifyMany';
    if (!Array.isArray(images)) throw invalidArgument(`${where}.images`, 'an array of pictures', images);
    const predictions: Prediction[][] = [];
    for (let from = 0; from < images.length; from += PICTURES_AT_ONCE) {
      const part = images.slice(from, from + PICTURES_AT_ONCE) as readonly ImageSource[];
      predictions.push(...(await this.classifyBatch(where, part, (index) => `images[${from + index}]`)));
    }
    return predictions;
  }

  dispose(): void {
    if (this.isDisposed) return;
    this.isDisposed = true;
    if (this.ownsModel) this.model.dispose();
  }

  private async classifyBatch(where: string, images: readonly ImageSource[], nameOf: (index: number) => string): Promise<Prediction[][]> {
    this.assertInUse(where);
    const [height, width] = this.model.spec.inputShape;
    const geometry = { size: [height, width] as const, cropFraction: this.settings.cropFraction };
    const pictures = await Promise.all(images.map((image, index) => readImage(`${where}.${nameOf(index)}`, image, geometry)));
    // The pictures took time to read: the caller may have disposed of the model meanwhile.
    this.assertInUse(where);
    const pixels = new Float32Array(images.length * height * width * 3);
    pictures.forEach((picture, index) => pixels.set(picture, index * height * width * 3));
    const heads = await this.probabilities(pixels, [images.length, height, width, 3]);
    return pictures.map((_, index) => this.rank(heads.map((values) => rowOf(values, index, this.model.spec.classes))));
  }

  /** Every head's probabilities, `[batch, classes]` laid out in rows. */
  private async probabilities(pixels: Float32Array, shape: [number, number, number, number]): Promise<Float32Array[]> {
    const outputs = tf.tidy(() => {
      const input = this.model.preprocess(tf.tensor4d(pixels, shape));
      const heads = [this.graph.predict(input)].flat() as tf.Tensor2D[];
      return this.model.spec.classifierActivation === 'linear' ? heads.map((logits) => tf.softmax(logits)) : heads;
    });
    try {
      return await Promise.all(outputs.map((output) => output.data<'float32'>()));
    } finally {
      tf.dispose(outputs);
    }
  }

  private rank(rows: readonly Float32Array[]): Prediction[] {
    const byHead = Object.fromEntries(this.headNames.map((name, index) => [name, rows[index]]));
    const probabilities = combineHeads(byHead, this.settings.heads);
    if (!probabilities.every(Number.isFinite)) {
      const advice = 'Its weights are not finite: training diverged, or they do not belong to it.';
      throw expectedGot('CORRUPT_WEIGHTS', this.model.name, 'probabilities', probabilities, advice);
    }
    return probabilities
      .map((probability, index) => ({ label: this.labels[index], index, probability }))
      .sort((a, b) => b.probability - a.probability || a.index - b.index)
      .slice(0, this.settings.topK);
  }

  private assertInUse(where: string): void {
    if (!this.isDisposed) return;
    throw new InceptionError('INVALID_ARGUMENT', `${where}: expected a classifier in use, got one that was disposed of. Create another.`);
  }
}

function rowOf(values: Float32Array, index: number, length: number): Float32Array {
  return values.subarray(index * length, (index + 1) * length);
}

function checkModel(where: string, model: unknown): InceptionModel {
  if (!(model instanceof InceptionModel)) {
    const advice = 'A model of another origin does not say how pictures become its input: build one by inceptionNet and use loadWeights.';
    throw invalidArgument(`${where}.modelOrPath`, 'an InceptionModel, or the path where one was saved', model, advice);
  }
  const { classes, inputShape } = model.spec;
  if (classes === 0) throw invalidArgument(`${where}.modelOrPath`, 'a model with a classifier', model.name, 'Build it with its top.');
  if (inputShape[2] !== 3) throw invalidArgument(`${where}.modelOrPath`, 'a model for pictures of 3 channels', inputShape);
  if (model.labels.length !== 0 && model.labels.length !== classes) {
    throw expectedGot('INVALID_ARGUMENT', `${where}.model.labels`, `${classes} labels, one a class, or none`, model.labels.length);
  }
  return model as InceptionModel;
}
