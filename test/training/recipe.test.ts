import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { InceptionError } from '../../src/errors.js';
import { namedSpec } from '../../src/networks/namedNetwork.js';
import { readRecipe, RECIPE_NAMES, type Recipe } from '../../src/training/recipe.js';
import { learningOptions } from '../../src/training/recipeSchema.js';
import { learningRateAt } from '../../src/training/schedules.js';
import { KNOWN_OPTIONS } from '../../src/training/trainingOptions.js';
import { withFolder } from '../io/tinyModels.js';

async function failureOf(recipe: unknown): Promise<InceptionError> {
  return readRecipe(recipe as Recipe).then(
    () => Promise.reject(new Error('the recipe should have been refused')),
    (error: InceptionError) => error,
  );
}

const MINIMAL: Recipe = { name: 'x', description: 'y', training: {} };

describe('The packaged recipes', () => {
  it('are the files of recipes/, each named for its file, with a sentence and a source', async () => {
    const files = await readdir(join(__dirname, '..', '..', 'recipes'));
    expect(files.sort()).toEqual(RECIPE_NAMES.map((name) => `${name}.json`).sort());
    for (const name of RECIPE_NAMES) {
      const recipe = await readRecipe(name);
      expect(recipe.name).toBe(name);
      expect(recipe.description).toMatch(/^[A-Z].{40,}[^.]$/);
      expect(recipe.source).toMatch(/arXiv:\d{4}\.\d{4,5}/);
    }
  });

  it("paper: arXiv:1409.4842's momentum 0.9, −4 % every 8 epochs, crops, heads at 0.3; Caffe's 0.01, 32, 2e-4, 60 epochs", async () => {
    const { network, size, batch, epochs, augmentation, training } = await readRecipe('paper');
    // §6: "asynchronous stochastic gradient descent with 0.9 momentum", "decreasing the learning rate by 4% every 8 epochs", Polyak averaging; §5: "losses … were weighted by 0.3".
    expect(training).toEqual({
      optimizer: { kind: 'sgd', momentum: 0.9 },
      learningRate: 0.01,
      schedule: { kind: 'step', factor: 0.96, everyEpochs: 8 },
      weightDecay: 2e-4,
      headWeights: 0.3,
      averaging: { decay: 0.9999 },
    });
    // §6: "between 8% and 100% of the image area with aspect ratio constrained to the interval [3/4, 4/3]", photometric distortions, random interpolation.
    expect(augmentation).toEqual({
      crop: { area: [0.08, 1], aspect: [3 / 4, 4 / 3] },
      flip: true,
      photometric: 1,
      interpolation: 'random',
    });
    expect([size, batch, epochs]).toEqual([224, 32, 60]);
    expect(namedSpec(network!)).toMatchObject({
      name: 'googlenet',
      variant: 'paper',
      auxiliaryHeads: [{ lossWeight: 0.3 }, { lossWeight: 0.3 }],
    });
    expect(learningRateAt(training.schedule!, 17, { learningRate: training.learningRate!, epochs: 60 })).toBeCloseTo(0.009216, 12);
  });

  it('inception-v3: RMSProp of decay 0.9 and ε 1, 0.045 × 0.94 every 2 epochs, norm 2, 100 epochs, smoothing 0.1 (arXiv:1512.00567, §7, §8)', async () => {
    const { network, size, batch, epochs, training } = await readRecipe('inception-v3');
    expect(training).toEqual({
      optimizer: { kind: 'rmsprop', decay: 0.9, momentum: 0.9, epsilon: 1 },
      learningRate: 0.045,
      schedule: { kind: 'step', factor: 0.94, everyEpochs: 2 },
      gradientClip: { norm: 2 },
      labelSmoothing: 0.1,
      weightDecay: 4e-5,
      averaging: { decay: 0.9999 },
    });
    expect([size, batch, epochs]).toEqual([299, 32, 100]);
    // §4 and §8: one auxiliary head; its weight of 0.4 is TF-Slim's.
    expect(namedSpec(network!)).toMatchObject({ name: 'inception-v3', variant: 'slim', auxiliaryHeads: [{ lossWeight: 0.4 }] });
    expect(learningRateAt(training.schedule!, 5, { learningRate: 0.045, epochs: 100 })).toBeCloseTo(0.045 * 0.94 ** 2, 12);
  });

  it('finetune: from weights, three tenths of the epochs for the classifier alone, then all at two fifths of the rate', async () => {
    const { startsFromWeights, training, network, size } = await readRecipe('finetune');
    expect([startsFromWeights, network, size]).toEqual([true, undefined, undefined]);
    expect(training.phases).toEqual([{ share: 0.3, freezeTo: 'trunk' }, { learningRate: 0.02 }]);
    expect([training.learningRate, training.layerDecay]).toEqual([0.05, 0.9]);
  });

  it('fast: two minutes, a cosine after one epoch of warm-up, the network left to the pictures', async () => {
    const { minutes, epochs, network, training } = await readRecipe('fast');
    expect([minutes, epochs, network]).toEqual([2, undefined, undefined]);
    expect(training.schedule).toEqual({ kind: 'cosine', warmupEpochs: 1 });
  });
});

describe('A recipe of one’s own', () => {
  it.each(RECIPE_NAMES)('a copy of %s in a file, or as an object, reads as the same', async (name) => {
    const recipe = await readRecipe(name);
    await withFolder(async (folder) => {
      const copy = join(folder, 'copy.json');
      await writeFile(copy, JSON.stringify(recipe));
      expect(await readRecipe(copy)).toEqual(recipe);
    });
    expect(await readRecipe(recipe)).toEqual(recipe);
    expect(recipe).toEqual(JSON.parse(await readFile(join(__dirname, '..', '..', 'recipes', `${name}.json`), 'utf8')));
  });

  it('knows every learning option that train knows, and no other', () => {
    const ofTheRun = [
      'epochs',
      'engine',
      'seed',
      'restoreBest',
      'checkpoint',
      'resume',
      'acceptChanges',
      'history',
      'tensorBoard',
      'notes',
      'signal',
    ];
    const callbacks = Object.keys(KNOWN_OPTIONS).filter((key) => /^on[A-Z]/.test(key));
    expect([...Object.keys(learningOptions.shape), ...ofTheRun, ...callbacks].sort()).toEqual(Object.keys(KNOWN_OPTIONS).sort());
  });

  it.each<[unknown, string]>([
    [
      { training: { phases: [{ share: 0.5 }] } },
      'recipe.training.phases: expected phases of which one names neither share nor epochs, where others name shares, got [ { share: 0.5 } ].',
    ],
    [{ training: { phases: [{ share: 0 }, {}] } }, 'recipe.training.phases[0].share: expected a number, 0 < share < 1, got 0.'],
    [{ training: { phases: [] } }, 'recipe.training.phases: expected a list of one phase or more, got [].'],
    [{ training: { phases: [{ epoch: 2 }] } }, 'recipe.training.phases[0].epoch: expected no such key, got 2.'],
    [{ training: { learningRate: '0.1' } }, "recipe.training.learningRate: expected a number above 0, got '0.1'."],
    [{ training: { labelSmoothing: 1 } }, 'recipe.training.labelSmoothing: expected a number, 0 ≤ share < 1, got 1.'],
    [{ training: { gradientClip: { norm: 0 } } }, 'recipe.training.gradientClip.norm: expected a number above 0, got 0.'],
    [{ training: { gradientClip: { length: 2 } } }, 'recipe.training.gradientClip.length: expected no such key, got 2.'],
    [{ training: { averaging: { decay: 1 } } }, 'recipe.training.averaging.decay: expected a number, 0 < decay < 1, got 1.'],
    [{ training: { layerDecay: 0 } }, 'recipe.training.layerDecay: expected a number, 0 < share ≤ 1, got 0.'],
    [{ training: { stageRates: { conv1: -1 } } }, 'recipe.training.stageRates.conv1: expected a number, 0 or more, got -1.'],
    [{ training: { earlyStopping: { patience: 1.5 } } }, 'recipe.training.earlyStopping.patience: expected a positive integer, got 1.5.'],
    [{ training: { classWeights: 'even' } }, "recipe.training.classWeights: expected 'balanced', or a weight by class, got 'even'."],
    [
      { training: { headWeights: [1, 2, 3] } },
      'recipe.training.headWeights: expected a number, 0 or more, or two: [first, last], got [ 1, 2, 3 ].',
    ],
    [
      { training: { schedule: { kind: 'linear' } } },
      "recipe.training.schedule.kind: expected a schedule of kind 'constant', 'step' or 'cosine', got 'linear'.",
    ],
    [
      { training: { schedule: { kind: 'step', everyEpochs: 2 } } },
      'recipe.training.schedule.factor: expected a number above 0, got undefined.',
    ],
    [
      { training: { optimizer: 'lion' } },
      "recipe.training.optimizer: expected 'sgd', 'rmsprop', 'adam' or 'adamw', or an object with that kind, got 'lion'.",
    ],
    [{ batch: 0 }, 'recipe.batch: expected a positive integer, got 0.'],
    [{ size: 2.5 }, 'recipe.size: expected a number of pixels, or [height, width], got 2.5.'],
    [{ augmentation: { flip: 'yes' } }, "recipe.augmentation.flip: expected true or false, got 'yes'."],
    [{ sampling: 'even' }, "recipe.sampling: expected 'natural' or 'balanced', got 'even'."],
    [{ training: undefined }, 'recipe.training: expected an object: how to learn, got undefined.'],
  ])('%j is refused: %s', async (change, message) => {
    const { code, message: said } = await failureOf({ ...MINIMAL, ...(change as object) });
    expect([code, said]).toEqual(['INVALID_ARGUMENT', message]);
  });

  it('names everything that is wrong in a file at once, each with its path below the file’s name', async () => {
    await withFolder(async (folder) => {
      const file = join(folder, 'mine.json');
      await writeFile(file, JSON.stringify({ name: 'mine', batchSize: 8, epochs: 0, training: { learningRate: -1 } }));
      const { message } = await failureOf(file);
      expect(message.split('\n').sort()).toEqual([
        expect.stringMatching(/^mine\.json\.batchSize: expected one of the keys name, description, .*, training, got 8\.$/),
        'mine.json.description: expected a text, got undefined.',
        'mine.json.epochs: expected a positive integer, got 0.',
        'mine.json.training.learningRate: expected a number above 0, got -1.',
      ]);
    });
  });

  it('that is not there is NOT_FOUND; a name that means nothing, no JSON, or no object are INVALID_ARGUMENT', async () => {
    expect((await failureOf('none.json')).code).toBe('NOT_FOUND');
    const unknown = await failureOf('papre');
    expect([unknown.code, unknown.message]).toEqual([
      'INVALID_ARGUMENT',
      "recipe: expected one of paper, inception-v3, finetune, fast, or the path of a .json file, got 'papre'.",
    ]);
    expect((await failureOf(7)).message).toBe('recipe: expected a recipe: an object with name, description and training, got 7.');
    await withFolder(async (folder) => {
      await writeFile(join(folder, 'a.json'), '{');
      const { code, message } = await failureOf(join(folder, 'a.json'));
      expect([code, message]).toEqual([
        'INVALID_ARGUMENT',
        expect.stringMatching(/a\.json: expected a recipe as JSON, got .*Copy one of the package’s recipes/),
      ]);
    });
  });
});
