import { ensureBackend } from '../backends/ensureBackend.js';
import { InceptionError, expectedGot, invalidArgument } from '../errors.js';
import { loadModel } from '../io/loadModel.js';
import { InceptionModel } from '../networks/inceptionModel.js';
import type { Classifier, ImageSource, Prediction } from './classifier.js';
import { ClassifierMember } from './classifierMember.js';
import { checkClassifierOptions, settleOptions, type ClassifierOptions } from './classifierOptions.js';

/** Views read at once by `classifyMany`, of all crops; at least one picture's. */
const VIEWS_AT_ONCE = 8;

/** A model in memory, or the path of a saved one. */
export type ModelOrPath = InceptionModel | string;

/**
 * Makes a model ready for pictures: it decodes, crops, resizes and preprocesses them as in training's validation.
 *
 * Several models answer together by the mean of their probabilities; their inputs may differ in size, their classes may not.
 *
 * @param modelOrPath A saved model's path, or a model in memory, which stays the caller's; or a list of them.
 * @returns `classify(image)`, where an image is a path, a file's bytes or a tensor `[height, width, 3]` of RGB values 0–255.
 * @throws InceptionError `INVALID_ARGUMENT` for an option, if a model has no classifier or was not saved by this package, or if models
 *   learned other classes; what `loadModel` throws; `UNSUPPORTED_FORMAT` for an engine that is not part of this version.
 * @see Szegedy et al. 2014, arXiv:1409.4842, §5: auxiliary heads, discarded there after training; `heads: 'best'` keeps them. §7: crops and
 *   ensembles.
 * @example
 * ```ts
 * const classifier = await createClassifier('pets', { topK: 1 });
 * const [{ label, probability }] = await classifier.classify('photo.jpg');
 * classifier.dispose();
 * ```
 */
export async function createClassifier(
  modelOrPath: ModelOrPath | readonly ModelOrPath[],
  options: ClassifierOptions = {},
): Promise<Classifier> {
  const where = 'createClassifier';
  checkClassifierOptions(where, options);
  const given = Array.isArray(modelOrPath) ? (modelOrPath as readonly ModelOrPath[]) : [modelOrPath as ModelOrPath];
  if (given.length === 0) throw invalidArgument(`${where}.modelOrPath`, 'at least one model or path', given);
  await ensureBackend();
  const owned: { dispose(): unknown }[] = [];
  try {
    const members: ClassifierMember[] = [];
    for (const each of given) {
      const model = typeof each === 'string' ? await loadModel(each) : each;
      if (typeof each === 'string') owned.push(model);
      const checked = checkModel(where, model);
      members.push(new ClassifierMember(checked, settleOptions(options, checked)));
    }
    return new ModelClassifier(members, labelsOf(where, members), owned, options.topK);
  } catch (error) {
    for (const model of owned) model.dispose();
    throw error;
  }
}

class ModelClassifier implements Classifier {
  readonly models: readonly InceptionModel[];
  private readonly topK: number;
  private readonly picturesAtOnce: number;
  private isDisposed = false;

  constructor(
    private readonly members: readonly ClassifierMember[],
    readonly labels: readonly string[],
    private readonly owned: readonly { dispose(): unknown }[],
    topK = 5,
  ) {
    this.models = members.map(({ model }) => model);
    this.topK = topK;
    this.picturesAtOnce = Math.max(1, Math.floor(VIEWS_AT_ONCE / members[0].views));
  }

  get model(): InceptionModel {
    return this.models[0];
  }

  async classify(image: ImageSource): Promise<Prediction[]> {
    const [predictions] = await this.classifyBatch('classifier.classify', [image], () => 'image');
    return predictions;
  }

  async classifyMany(images: readonly ImageSource[]): Promise<Prediction[][]> {
    const where = 'classifier.classifyMany';
    if (!Array.isArray(images)) throw invalidArgument(`${where}.images`, 'an array of pictures', images);
    const predictions: Prediction[][] = [];
    for (let from = 0; from < images.length; from += this.picturesAtOnce) {
      const part = images.slice(from, from + this.picturesAtOnce) as readonly ImageSource[];
      predictions.push(...(await this.classifyBatch(where, part, (index) => `images[${from + index}]`)));
    }
    return predictions;
  }

  dispose(): void {
    if (this.isDisposed) return;
    this.isDisposed = true;
    for (const model of this.owned) model.dispose();
  }

  private async classifyBatch(where: string, images: readonly ImageSource[], nameOf: (index: number) => string): Promise<Prediction[][]> {
    this.assertInUse(where);
    const answers: number[][][] = [];
    for (const member of this.members) {
      const pictures = await Promise.all(images.map((image, index) => member.read(`${where}.${nameOf(index)}`, image)));
      // The pictures took time to read: the caller may have disposed of the model meanwhile.
      this.assertInUse(where);
      answers.push(await member.answer(pictures));
    }
    return images.map((_, picture) => this.rank(answers.map((rows) => rows[picture])));
  }

  /** @param rows One for each model: a probability a class. */
  private rank(rows: readonly (readonly number[])[]): Prediction[] {
    return this.labels
      .map((label, index) => ({ label, index, probability: rows.reduce((sum, row) => sum + row[index], 0) / rows.length }))
      .sort((a, b) => b.probability - a.probability || a.index - b.index)
      .slice(0, this.topK);
  }

  private assertInUse(where: string): void {
    if (!this.isDisposed) return;
    throw new InceptionError('INVALID_ARGUMENT', `${where}: expected a classifier in use, got one that was disposed of. Create another.`);
  }
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

/** One a class. @throws InceptionError `INVALID_ARGUMENT` if two models learned other classes. */
function labelsOf(where: string, members: readonly ClassifierMember[]): readonly string[] {
  const all = members.map(({ model }) =>
    model.labels.length > 0 ? [...model.labels] : Array.from({ length: model.spec.classes }, (_, index) => `class ${index}`),
  );
  const other = all.find((labels) => labels.join('\n') !== all[0].join('\n'));
  if (other === undefined) return all[0];
  const advice = 'Models that answer together must have learned the same classes in the same order.';
  throw invalidArgument(`${where}.modelOrPath`, `models that all know ${all[0].join(', ')}`, other.join(', '), advice);
}
