import { ensureBackend } from '../backends/ensureBackend.js';
import { invalidArgument } from '../errors.js';
import { chooseEngine } from './chooseEngine.js';
import type { Classifier } from './classifier.js';
import { ClassifierMember } from './classifierMember.js';
import { checkClassifierOptions, settleOptions, type ClassifierOptions } from './classifierOptions.js';
import { ModelClassifier, type Disposable } from './modelClassifier.js';
import { networkOf, loadPictureModel, type ModelOrPath } from './openNetwork.js';

/**
 * Makes a model ready for pictures: it decodes, crops, resizes and preprocesses them as in training's validation.
 *
 * Several models answer together by the mean of their probabilities; their inputs may differ in size, their classes may not.
 *
 * Besides this package's networks it takes plain LayersModels and graph models (of `tf.loadGraphModel`, also the path of such a folder) with one
 * input `[batch, height, width, 3]` and one output `[batch, classes]`: of those the option `preprocessing` has to say how pictures become
 * their input. Logits become probabilities by a softmax; a LayersModel's last activation says which it gives, and of a graph model the answer
 * to a grey picture, which is taken for probabilities if it is nowhere negative and sums to 1.
 *
 * @param modelOrPath A saved model's path, or a model in memory, which stays the caller's; or a list of them.
 * @returns `classify(image)`, where an image is a path, a file's bytes or a tensor `[height, width, 3]` of RGB values 0–255.
 * @throws InceptionError `INVALID_ARGUMENT` for an option, if a model does not classify pictures, or if models learned other classes; what
 *   `loadModel` throws; where `engine: 'onnx'` is asked for, `MISSING_PACKAGE` if `onnxruntime-node` is not installed and
 *   `UNSUPPORTED_FORMAT` if the model cannot be written as ONNX.
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
  const backend = await ensureBackend();
  const owned = new Set<Disposable>();
  try {
    const members: ClassifierMember[] = [];
    for (const each of given) members.push(await openMember(where, each, { options, owned, backend }));
    checkPreprocessing(where, members, options);
    return new ModelClassifier(members, labelsOf(where, members), { owned, topK: options.topK });
  } catch (error) {
    for (const each of owned) each.dispose();
    throw error;
  }
}

interface MemberParts {
  readonly options: ClassifierOptions;
  /** Receives what the classifier is to dispose of. */
  readonly owned: Set<Disposable>;
  readonly backend: Awaited<ReturnType<typeof ensureBackend>>;
}

async function openMember(where: string, modelOrPath: ModelOrPath, { options, owned, backend }: MemberParts): Promise<ClassifierMember> {
  const isLoaded = typeof modelOrPath === 'string';
  const model = isLoaded ? await loadPictureModel(where, modelOrPath) : modelOrPath;
  if (isLoaded) owned.add(model);
  const network = await networkOf(where, model, options);
  const engine = await chooseEngine(where, network, { engine: options.engine, backend });
  owned.add(engine);
  // ONNX Runtime has weights of its own: those of a model that nobody else knows are not needed twice.
  if (owned.has(model) && engine.name === 'onnx') {
    owned.delete(model);
    model.dispose();
  }
  return new ClassifierMember(network, engine, settleOptions(options, network));
}

/** An option that no model takes would be passed over in silence. */
function checkPreprocessing(where: string, members: readonly ClassifierMember[], { preprocessing }: ClassifierOptions): void {
  if (preprocessing === undefined || members.some(({ network }) => network.preprocessing === preprocessing)) return;
  throw invalidArgument(`${where}.preprocessing`, 'none for models that have their own', preprocessing);
}

/** One a class. @throws InceptionError `INVALID_ARGUMENT` if two models learned other classes. */
function labelsOf(where: string, members: readonly ClassifierMember[]): readonly string[] {
  const all = members.map(({ network: { labels, classes } }) =>
    labels.length > 0 ? [...labels] : Array.from({ length: classes }, (_, index) => `class ${index}`),
  );
  const other = all.find((labels) => labels.join('\n') !== all[0].join('\n'));
  if (other === undefined) return all[0];
  const advice = 'Models that answer together must have learned the same classes in the same order.';
  throw invalidArgument(`${where}.modelOrPath`, `models that all know ${all[0].join(', ')}`, other.join(', '), advice);
}
