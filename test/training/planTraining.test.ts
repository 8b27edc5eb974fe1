import { InceptionError } from '../../src/errors.js';
import { costOf } from '../../src/cost/costOf.js';
import type { FolderGlance } from '../../src/data/glanceAtFolder.js';
import { LIGHT_AUGMENTATION, PAPER_AUGMENTATION } from '../../src/data/augmentation.js';
import { readRecipe } from '../../src/training/recipe.js';
import type { PlanRequest } from '../../src/training/planRequest.js';
import { planTraining, type SpeedOf, type TrainingPlan } from '../../src/training/planTraining.js';
import { namedSpec } from '../../src/networks/namedNetwork.js';
import { hasAuxiliaryHeads, NETWORK_NAMES, networkSpec, variantsOf } from '../../src/spec/networkSpec.js';
import { minimumInputSize } from '../../src/spec/inputSizes.js';

type Network = TrainingPlan['network'];

const photos = (pictures: number, rest: Partial<FolderGlance> = {}): FolderGlance => ({
  classes: ['cat', 'dog'],
  pictures,
  heldOut: Math.round(pictures / 4),
  shorterSide: 3000,
  aspect: 4 / 3,
  ...rest,
});

const multiplyAdds = (network: Network): number => costOf(namedSpec({ ...network, classes: 2 })).multiplyAdds;

/** A machine that learns from so many multiply-adds' worth of pictures a second, whatever the network. */
function machine(perSecond: number): { readonly speedOf: SpeedOf; readonly asked: { network: Network; batch: number; enough?: number }[] } {
  const asked: { network: Network; batch: number; enough?: number }[] = [];
  const speedOf: SpeedOf = (network, batch, enough) => {
    asked.push({ network, batch, enough });
    return Promise.resolve(perSecond / multiplyAdds(network));
  };
  return { speedOf, asked };
}

/** Two cores with wasm; a GPU. */
const SLOW = 2.5e9;
const FAST = 1e12;

const plan = (glance: FolderGlance, request: Partial<PlanRequest>, perSecond: number): Promise<TrainingPlan> =>
  planTraining(glance, { minutes: 10, ...request }, machine(perSecond).speedOf);

/** `64×64 stride4 0.25 inception_4c`. */
const short = ({ network, size }: TrainingPlan): string =>
  `${size.join('×')} ${network.stem} ${network.widthMultiplier} ${network.finalModule ?? 'all'}`;

describe('planTraining chooses network and epochs from data and speed, ten minutes allowed', () => {
  it.each([
    { what: '30 photos', glance: photos(24), slow: '64×64 stride4 0.25 inception_4c, 100 × 24 in 16s', fast: 'the same' },
    { what: '500 photos', glance: photos(400), slow: '64×64 stride4 0.25 inception_4c, 50 × 400 in 32s', fast: 'the same' },
    {
      what: '2,000 photos',
      glance: photos(1_600),
      slow: '64×64 stride4 0.25 all, 13 × 1600 in 32s',
      fast: '96×96 stride4 0.25 all, 13 × 1600 in 32s',
    },
    {
      what: '100,000 photos',
      glance: photos(80_000),
      slow: '32×32 stride4 0.25 inception_4a, 3 × 80000 in 32s',
      fast: '160×160 stride8 0.75 all, 8 × 80000 in 32s',
    },
    {
      what: '500 icons of 28 × 28',
      glance: photos(400, { shorterSide: 28, aspect: 1 }),
      slow: '32×32 stride2 0.25 inception_4a, 50 × 400 in 32s',
      fast: 'the same',
    },
    {
      what: '500 panoramas',
      glance: photos(400, { shorterSide: 1000, aspect: 8 }),
      slow: '32×128 stride4 0.25 inception_4c, 50 × 400 in 32s',
      fast: 'the same',
    },
    { what: '2 pictures', glance: photos(2, { heldOut: 1 }), slow: '64×64 stride4 0.25 inception_4c, 100 × 2 in 16s', fast: 'the same' },
  ])('$what: $slow on two cores, $fast on a GPU', async ({ glance, slow, fast }) => {
    const text = (chosen: TrainingPlan): string => `${short(chosen)}, ${chosen.training.epochs} × ${glance.pictures} in ${chosen.batch}s`;
    expect(text(await plan(glance, {}, SLOW))).toBe(slow);
    expect(text(await plan(glance, {}, FAST))).toBe(fast === 'the same' ? slow : fast);
  });

  it('every network it can choose is one that builds at its input', async () => {
    for (const pictures of [2, 600, 3_000, 12_000, 50_000]) {
      for (const aspect of [0.1, 1, 10]) {
        const { speedOf, asked } = machine(1e18);
        await planTraining(photos(pictures, { aspect }), { minutes: 10 }, speedOf);
        for (const { network } of asked) {
          const [height, width] = network.inputShape as readonly number[];
          expect(Math.min(height, width)).toBeGreaterThanOrEqual(minimumInputSize(networkSpec('googlenet', network)));
        }
      }
    }
  });

  it.each([
    { what: 'pictures of any size', glance: photos(50_000), request: {}, count: 8 },
    { what: 'pictures of 100 pixels', glance: photos(50_000, { shorterSide: 100 }), request: {}, count: 6 },
    { what: 'icons', glance: photos(50_000, { shorterSide: 40 }), request: {}, count: 2 },
    { what: 'a size that is settled', glance: photos(50_000), request: { size: [100, 100] as const }, count: 6 },
  ])('measures the cheapest first, $count networks for $what, each dearer than the one before it', async ({ glance, request, count }) => {
    const { speedOf, asked } = machine(1e18);
    await planTraining(glance, { minutes: 10, ...request }, speedOf);
    const costs = asked.map(({ network }) => multiplyAdds(network));
    expect(costs).toHaveLength(count);
    for (let rung = 1; rung < costs.length; rung++) expect(costs[rung]).toBeGreaterThan(costs[rung - 1]);
  });

  it('stops measuring at the first network that is too slow, and says to all but the first what would be enough', async () => {
    const { speedOf, asked } = machine(SLOW);
    const chosen = await planTraining(photos(1_600), { minutes: 10 }, speedOf);
    // 13 epochs of 1,600 pictures, and 400 held-out ones at a third of the price, in 600 seconds.
    const enough = (13 * (1_600 + 400 / 3)) / 600;
    expect(asked.map((one) => one.enough)).toEqual([undefined, enough, enough, enough, enough]);
    expect(multiplyAdds(asked[3].network)).toBe(multiplyAdds(chosen.network));
    expect(SLOW / multiplyAdds(asked[4].network)).toBeLessThan(enough);
  });
});

describe('planTraining does as it is asked', () => {
  it.each([
    { what: '224 × 160', size: [224, 160] as const, pictures: 1_600, perSecond: FAST, expected: '224×160 stride8 0.25 all' },
    {
      what: '224 × 160 for 30 photos',
      size: [224, 160] as const,
      pictures: 24,
      perSecond: FAST,
      expected: '224×160 stride8 0.25 inception_4c',
    },
    { what: '32 × 32', size: [32, 32] as const, pictures: 24, perSecond: FAST, expected: '32×32 stride2 0.25 inception_4c' },
    { what: '96 × 96, slowly', size: [96, 96] as const, pictures: 1_600, perSecond: SLOW / 4, expected: '96×96 stride4 0.25 inception_4a' },
  ])('at $what it chooses stem, width and depth: $expected', async ({ size, pictures, perSecond, expected }) => {
    expect(short(await plan(photos(pictures), { size }, perSecond))).toBe(expected);
  });

  it('epochs: 3 leaves time for a larger network, 300 for a smaller one, and both are kept', async () => {
    const few = await plan(photos(1_600), { epochs: 3 }, SLOW);
    const many = await plan(photos(1_600), { epochs: 300 }, SLOW);
    expect([short(few), few.training.epochs]).toEqual(['96×96 stride4 0.25 all', 3]);
    expect([short(many), many.training.epochs]).toEqual(['32×32 stride4 0.25 inception_4a', 300]);
  });

  it.each([
    { minutes: 0.1, epochs: 5, network: '32×32 stride4 0.25 inception_4a' },
    { minutes: 600, epochs: 13, network: '96×96 stride4 0.25 all' },
  ])('minutes: $minutes for 2,000 photos gives $epochs epochs of $network', async ({ minutes, epochs, network }) => {
    const chosen = await plan(photos(1_600), { minutes }, SLOW);
    expect([short(chosen), chosen.training.epochs]).toEqual([network, epochs]);
  });

  it('of 100,000 photos even one epoch is enough where time is short: 50,000 pictures seen', async () => {
    const { training } = await plan(photos(80_000), { minutes: 0.1 }, SLOW);
    expect(training.epochs).toBe(1);
    expect(training.schedule).toEqual({ kind: 'cosine', warmupEpochs: 0.2 });
    expect((await plan(photos(20_000), { minutes: 0.1 }, SLOW)).training.epochs).toBe(3);
  });

  it.each([
    { speed: 1_000, epochs: 12 },
    { speed: 200, epochs: 10 },
    { speed: 100, epochs: 6 },
    { speed: 1, epochs: 6 },
  ])('a network of the caller at $speed pictures/s, 6 to 12 epochs in 1.6 minutes: $epochs', async ({ speed, epochs }) => {
    const network = { stem: 'stride4', widthMultiplier: 0.25, finalModule: 'inception_4a' } as const;
    const chosen = await planTraining(photos(1_635, { heldOut: 408 }), { minutes: 1.6, epochs: [6, 12], size: [48, 48], network }, () =>
      Promise.resolve(speed),
    );
    expect(short(chosen)).toBe('48×48 stride4 0.25 inception_4a');
    expect(chosen.training.epochs).toBe(epochs);
  });

  it('batch: 64 and a learning rate are kept; left out, the rate is 0.05 for a batch of 32 and in proportion', async () => {
    const asked = await plan(photos(1_600), { batch: 64, learningRate: 0.3 }, SLOW);
    expect([asked.batch, asked.training.learningRate]).toEqual([64, 0.3]);
    const rates = await Promise.all([{ batch: 64 }, {}, { batch: 8 }].map((request) => plan(photos(1_600), request, SLOW)));
    expect(rates.map(({ training }) => training.learningRate)).toEqual([0.1, 0.05, 0.0125]);
  });

  it("recipe 'paper': the paper's network, heads, crops and schedule, whatever the time, its speed measured once", async () => {
    const { speedOf, asked } = machine(SLOW);
    const chosen = await planTraining(photos(1_600), { minutes: 0.1, recipe: await readRecipe('paper') }, speedOf);
    expect(chosen).toMatchObject({
      network: { variant: 'paper', auxiliaryHeads: true, inputShape: [224, 224, 3] },
      augmentation: PAPER_AUGMENTATION,
      batch: 32,
      training: {
        epochs: 60,
        optimizer: { kind: 'sgd', momentum: 0.9 },
        learningRate: 0.01,
        schedule: { kind: 'step', factor: 0.96, everyEpochs: 8 },
        weightDecay: 2e-4,
      },
    });
    expect(asked).toHaveLength(1);
    expect(chosen.reasons.join('\n')).toContain('60 epochs: 3,000 steps, about');
  });
});

/** Every network and variant, with auxiliary heads where it has some. */
const EVERY_NETWORK = NETWORK_NAMES.flatMap((architecture) =>
  variantsOf(architecture).map((variant) => ({ architecture, variant, auxiliaryHeads: hasAuxiliaryHeads(architecture) })),
);

describe('planTraining chooses size, stem and width for the network asked for', () => {
  it.each(EVERY_NETWORK)('$architecture:$variant, heads $auxiliaryHeads: every candidate builds at its input', async (network) => {
    const glances = [2, 50_000].flatMap((pictures) =>
      [1, 0.25].flatMap((aspect) => [20, 50, 300].map((shorterSide) => photos(pictures, { aspect, shorterSide }))),
    );
    for (const glance of glances) {
      const { speedOf, asked } = machine(1e18);
      const chosen = await planTraining(glance, { minutes: 10, network }, speedOf);
      expect(chosen.network).toMatchObject(network);
      for (const one of asked) expect(() => namedSpec(one.network)).not.toThrow(InceptionError);
      expect(asked.length).toBeGreaterThan(0);
    }
  });

  it.each(EVERY_NETWORK)(
    '$architecture:$variant, heads $auxiliaryHeads: each candidate costs more than the one before',
    async (network) => {
      for (const glance of [photos(50_000), photos(50_000, { shorterSide: 40 })]) {
        const { speedOf, asked } = machine(1e18);
        await planTraining(glance, { minutes: 10, network }, speedOf);
        const costs = asked.map((one) => multiplyAdds(one.network));
        expect(costs.length).toBeGreaterThanOrEqual(glance.shorterSide === 40 ? 1 : 6);
        for (let rung = 1; rung < costs.length; rung++) expect(costs[rung]).toBeGreaterThan(costs[rung - 1]);
      }
    },
  );

  it.each([
    { architecture: 'inception-v3', expected: '64×64 stride4 0.25 all' },
    { architecture: 'inception-v4', expected: '64×64 stride4 0.125 all' },
    { architecture: 'xception', expected: '64×64 stride4 0.125 all' },
  ] as const)('2,000 photos on two cores, $architecture: $expected', async ({ architecture, expected }) => {
    const chosen = await plan(photos(1_600), { network: { architecture } }, SLOW);
    expect(short(chosen)).toBe(expected);
    expect(chosen.reasons[0]).toBe(`${architecture}: as asked`);
  });

  it.each([
    { size: 30, stem: 'stride2' },
    { size: 50, stem: 'stride2' },
    { size: 56, stem: 'stride4' },
    { size: 111, stem: 'stride4' },
    { size: 112, stem: 'stride8' },
  ])('inception-v3 with its head at $size pixels: stem $stem (48 to 54 are too few for stride4)', async ({ size, stem }) => {
    const network = { architecture: 'inception-v3', variant: 'slim', auxiliaryHeads: true } as const;
    const chosen = await plan(photos(1_600), { network, size: [size, size] }, SLOW);
    expect(chosen.network).toMatchObject({ ...network, stem, inputShape: [size, size, 3] });
    expect(chosen.reasons[0]).toBe('inception-v3:slim with its auxiliary heads: as asked');
  });

  it('a stem or a width alone is kept, and the rest chosen', async () => {
    const glance = photos(1_600);
    expect(short(await plan(glance, { network: { stem: 'stride2' } }, FAST))).toBe('96×96 stride2 0.25 all');
    expect(short(await plan(glance, { network: { architecture: 'xception', widthMultiplier: 0.5 } }, FAST))).toBe('96×96 stride4 0.5 all');
  });

  it.each([
    { architecture: 'googlenet', epochs: 10, expected: undefined },
    { architecture: 'inception-v4', epochs: 10, expected: { batches: 32 } },
    { architecture: 'inception-v4', epochs: 60, expected: undefined },
  ] as const)("$epochs epochs of $architecture: batch norm's averages measured anew at the end: $expected", async (row) => {
    const { architecture, epochs, expected } = row;
    const { training, reasons } = await plan(photos(1_600), { network: { architecture }, epochs }, SLOW);
    expect(training.reestimateBatchNormalization).toEqual(expected);
    expect(reasons.join().includes('batch norm averages measured anew')).toBe(expected !== undefined);
  });

  it('without batch norm it promises none, and learns at a fifth of the rate: 0.01, as Caffe', async () => {
    const { network, training, reasons } = await plan(photos(1_600), { network: { variant: 'paper' } }, SLOW);
    expect([network.momentum, training.learningRate]).toEqual([undefined, 0.01]);
    expect(reasons.join()).not.toContain('batch norm');
  });

  it("recipe 'inception-v3': the network itself, with its head, at 299 pixels or as asked", async () => {
    const recipe = await readRecipe('inception-v3');
    const network = { architecture: 'inception-v3', variant: 'slim', auxiliaryHeads: true };
    expect((await plan(photos(1_600), { recipe }, SLOW)).network).toEqual({ ...network, inputShape: [299, 299, 3] });
    expect((await plan(photos(1_600), { recipe, size: [107, 107] }, SLOW)).network).toEqual({ ...network, inputShape: [107, 107, 3] });
  });

  it('a recipe that names a network and no size takes the published one', async () => {
    const recipe = {
      name: 'mine',
      description: 'Mine',
      network: { architecture: 'inception-resnet-v1', variant: 'facenet' },
      training: {},
    } as const;
    expect((await plan(photos(1_600), { recipe }, SLOW)).size).toEqual([160, 160]);
  });
});

describe('planTraining fits batch norm and crops to the length of the run', () => {
  it.each([
    { epochs: 1, steps: 2, momentum: 0.5 },
    { epochs: 15, steps: 30, momentum: 0.8 },
    { epochs: 30, steps: 60, momentum: 0.9 },
    { epochs: 1_499, steps: 2_998, momentum: 0.9 },
    { epochs: 1_500, steps: 3_000, momentum: 0.99 },
  ])('$steps steps: momentum $momentum', async ({ epochs, momentum }) => {
    expect((await plan(photos(24), { epochs }, FAST)).network.momentum).toBe(momentum);
  });

  it("the paper's crops from 500,000 pictures seen on, crops of half the area at least before", async () => {
    expect((await plan(photos(50_000), { epochs: 9 }, FAST)).augmentation).toBe(LIGHT_AUGMENTATION);
    expect((await plan(photos(50_000), { epochs: 10 }, FAST)).augmentation).toBe(PAPER_AUGMENTATION);
  });
});

describe('planTraining gives reasons that are true', () => {
  const reasons = async (...parameters: Parameters<typeof plan>): Promise<string[]> => [...(await plan(...parameters)).reasons];

  it('for 2,000 photos on two cores: all of them', async () => {
    expect(await reasons(photos(1_600), {}, SLOW)).toEqual([
      "input 64 × 64: the pictures' shorter side is about 3,000 pixels",
      'stem stride4, width 0.25, all modules: the next larger one would take longer than is allowed',
      "stride4 instead of the paper's stride8: an input so small must not be shrunk so much at the start",
      expect.stringMatching(/^13 epochs: 650 steps, about 4\.\d minutes at 7\d\.?\d? pictures\/s measured$/),
      'batches of 32: for 1,600 training pictures',
      'crops of 50–100 % of the area: a short run learns little from smaller ones',
      'batch norm momentum 0.9: in 650 steps its averages must follow faster than 0.99 lets them',
      'learning rate 0.05 for batches of 32: it warms up, then falls along a cosine',
    ]);
  });

  it('says as asked of everything that was asked for, and of nothing else', async () => {
    const network = { stem: 'stride4', widthMultiplier: 0.25 } as const;
    const all = await reasons(photos(1_600), { network, size: [48, 64], epochs: 1, batch: 8, learningRate: 0.01 }, SLOW);
    expect(all[0]).toBe('input 48 × 64, stem stride4, width 0.25, all modules: settled beforehand');
    expect(all.filter((reason) => reason.includes('as asked'))).toEqual([
      expect.stringMatching(/^1 epoch as asked: 200 steps, about \d+ seconds at [\d.]+ pictures\/s measured$/),
      'batches of 8: as asked',
      'learning rate 0.01 as asked: it warms up, then falls along a cosine',
    ]);
    expect((await reasons(photos(1_600), { size: [48, 64] }, SLOW))[0]).toBe('input 48 × 64: as asked');
    expect((await reasons(photos(1_600), {}, SLOW)).join()).not.toContain('as asked');
  });

  it.each([
    { glance: photos(400), request: {}, perSecond: FAST, expected: 'a larger one wants 500 training pictures or more' },
    {
      glance: photos(400),
      request: { network: { architecture: 'xception' as const } },
      perSecond: FAST,
      expected: 'a larger one wants 500 training pictures or more',
    },
    { glance: photos(50_000, { shorterSide: 100 }), request: {}, perSecond: FAST, expected: 'a larger one wants larger pictures' },
    { glance: photos(50_000), request: {}, perSecond: FAST * 10, expected: 'it is the largest of the family' },
    { glance: photos(50_000), request: {}, perSecond: SLOW / 10, expected: 'a larger one would take longer than is allowed' },
    {
      glance: photos(400, { aspect: 8 }),
      request: {},
      perSecond: FAST,
      expected: "the pictures' shorter side is about 3,000 pixels, and they are 8.0 times as wide as high",
    },
    {
      glance: photos(400, { aspect: 0.25 }),
      request: {},
      perSecond: FAST,
      expected: "the pictures' shorter side is about 3,000 pixels, and they are 4.0 times as high as wide",
    },
    {
      glance: photos(1_600),
      request: { minutes: 0.1 },
      perSecond: SLOW / 10,
      expected: 'more than the 6 seconds allowed: fewer epochs would teach too little',
    },
    { glance: photos(1_600), request: { minutes: 1.5 }, perSecond: SLOW / 4, expected: ', as many as 1.5 minutes allow' },
    {
      glance: photos(1_600),
      request: { epochs: 900 },
      perSecond: SLOW,
      expected: 'more than the 10 minutes allowed: the epochs are as asked',
    },
  ])('$expected', async ({ glance, request, perSecond, expected }) => {
    expect((await reasons(glance, request, perSecond)).filter((reason) => reason.endsWith(expected))).toHaveLength(1);
  });
});
