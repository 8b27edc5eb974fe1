import { madeAhead } from '../data/madeAhead.js';
import { defaultWorkers, PicturePool } from '../data/picturePool.js';
import { InceptionError, invalidArgument } from '../errors.js';
import type { Classifier, EngineReport, ImageSource, Prediction } from './classifier.js';
import type { Pixels } from './classifierEngine.js';
import type { ClassifierMember } from './classifierMember.js';
import { VIEWS_AT_ONCE } from './pictureNetwork.js';

/** What holds memory that nobody collects. */
export interface Disposable {
  dispose(): unknown;
}

/** Batches decoded before they are asked for: an engine computes on the main thread, which meanwhile hands nothing over. */
const BATCHES_AHEAD = 2;

/** See {@link ModelClassifierParts.topK}. */
const DEFAULT_TOP_K = 5;

interface ModelClassifierParts {
  /** What it disposes of in the end. */
  readonly owned: Iterable<Disposable>;
  /** How many predictions a picture gets, at most. @default 5 */
  readonly topK?: number;
}

/** The networks of a classifier and the threads that read pictures for them. */
export class ModelClassifier implements Classifier {
  readonly engines: readonly EngineReport[];
  private readonly picturesAtOnce: number;
  private readonly pool = new PicturePool(defaultWorkers());
  private isDisposed = false;

  constructor(
    private readonly members: readonly ClassifierMember[],
    readonly labels: readonly string[],
    private readonly parts: ModelClassifierParts,
  ) {
    this.engines = members.map(({ engine: { name, reason } }) => (reason === undefined ? { name } : { name, reason }));
    this.picturesAtOnce = Math.max(1, Math.floor(VIEWS_AT_ONCE / members[0].views));
  }

  get engine(): EngineReport {
    return this.engines[0];
  }

  async classify(image: ImageSource): Promise<Prediction[]> {
    const where = 'classifier.classify';
    const pictures = await this.read(where, [image], () => 'image');
    return (await this.answer(where, pictures))[0];
  }

  async classifyMany(images: readonly ImageSource[]): Promise<Prediction[][]> {
    const where = 'classifier.classifyMany';
    if (!Array.isArray(images)) throw invalidArgument(`${where}.images`, 'an array of pictures', images);
    // Threads take a while to start: they pay where one batch is decoded while another is computed.
    const pool = images.length > this.picturesAtOnce ? this.pool : undefined;
    const batches = { from: 0, to: Math.ceil(images.length / this.picturesAtOnce), ahead: BATCHES_AHEAD };
    const read = (batch: number): Promise<readonly Pixels[][]> => {
      const first = batch * this.picturesAtOnce;
      const part = images.slice(first, first + this.picturesAtOnce) as readonly ImageSource[];
      return this.read(where, part, (index) => `images[${first + index}]`, pool);
    };
    const predictions: Prediction[][] = [];
    for await (const pictures of madeAhead(batches, read)) predictions.push(...(await this.answer(where, pictures)));
    return predictions;
  }

  dispose(): void {
    if (this.isDisposed) return;
    this.isDisposed = true;
    void this.pool.close();
    for (const each of this.parts.owned) each.dispose();
  }

  /** @returns For each network the pictures as it is to see them. */
  private async read(
    where: string,
    images: readonly ImageSource[],
    nameOf: (index: number) => string,
    pool?: PicturePool,
  ): Promise<readonly Pixels[][]> {
    this.assertInUse(where);
    const readFor = (member: ClassifierMember): Promise<Pixels[]> =>
      Promise.all(images.map((image, index) => member.read(`${where}.${nameOf(index)}`, image, pool)));
    try {
      return await Promise.all(this.members.map(readFor));
    } finally {
      // The pictures took time to read: the caller may have disposed of the models meanwhile.
      this.assertInUse(where);
    }
  }

  /** @param pictures As `read` gives them. */
  private async answer(where: string, pictures: readonly Pixels[][]): Promise<Prediction[][]> {
    const answers: number[][][] = [];
    for (const [index, member] of this.members.entries()) {
      this.assertInUse(where);
      answers.push(await member.answer(pictures[index]));
    }
    return answers[0].map((_, picture) => this.rank(answers.map((rows) => rows[picture])));
  }

  /** @param rows One for each model: a probability a class. */
  private rank(rows: readonly (readonly number[])[]): Prediction[] {
    return this.labels
      .map((label, index) => ({ label, index, probability: rows.reduce((sum, row) => sum + row[index], 0) / rows.length }))
      .sort((a, b) => b.probability - a.probability || a.index - b.index)
      .slice(0, this.parts.topK ?? DEFAULT_TOP_K);
  }

  private assertInUse(where: string): void {
    if (!this.isDisposed) return;
    throw new InceptionError('INVALID_ARGUMENT', `${where}: expected a classifier in use, got one that was disposed of. Create another.`);
  }
}
