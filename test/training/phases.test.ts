import fc from 'fast-check';
import type { ImageDataset } from '../../src/data/dataset.js';
import type { InceptionModel } from '../../src/networks/inceptionModel.js';
import { assertStage, epochsOfPhases, type TrainingPhase } from '../../src/training/phases.js';
import type { TrainingOptions } from '../../src/training/trainingOptions.js';
import { phaseAt, phaseIndexAt, phasesOf, trainingSettings } from '../../src/training/trainingSettings.js';
import { useBackendUnderTest } from '../backendUnderTest.js';
import { arrayDataset, stripes } from '../evaluation/arrayDataset.js';
import { expectFailure } from '../data/pictureFiles.js';
import { tinyNetwork } from './tinyNetwork.js';

describe('epochsOfPhases', () => {
  it.each<{ phases: TrainingPhase[]; epochs: number; counts: number[] }>([
    { phases: [{}], epochs: 5, counts: [5] },
    { phases: [{ epochs: 2 }, {}], epochs: 5, counts: [2, 3] },
    { phases: [{}, { epochs: 1 }, { epochs: 3 }], epochs: 5, counts: [1, 1, 3] },
    { phases: [{ epochs: 2 }, { epochs: 3 }], epochs: 5, counts: [2, 3] },
    { phases: [{ share: 0.3 }, {}], epochs: 10, counts: [3, 7] },
    { phases: [{ share: 0.3 }, {}], epochs: 2, counts: [1, 1] },
    // One epoch is left to the other phase, whatever the share comes to.
    { phases: [{ share: 0.9 }, {}], epochs: 3, counts: [2, 1] },
    { phases: [{ share: 0.5 }, { share: 0.25 }, {}], epochs: 8, counts: [4, 2, 2] },
  ])('$phases of $epochs epochs: $counts', ({ phases, epochs, counts }) => {
    expect(epochsOfPhases(phases, epochs)).toEqual(counts);
  });

  it('a share and the rest add up to all epochs, each at least one, for any share and number of epochs from 2', () => {
    const share = fc.double({ min: 0, max: 1, minExcluded: true, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(share, fc.integer({ min: 2, max: 1000 }), (part, epochs) => {
        const [first, rest] = epochsOfPhases([{ share: part }, {}], epochs);
        expect(first + rest).toBe(epochs);
        expect(Math.min(first, rest)).toBeGreaterThanOrEqual(1);
        expect(Math.abs(first - part * epochs)).toBeLessThanOrEqual(1);
      }),
      { seed: 1 },
    );
  });

  it.each<{ phases: unknown; epochs: number; message: RegExp }>([
    { phases: [], epochs: 3, message: /^train\.phases: expected a list of one phase or more, got \[\]\.$/ },
    {
      phases: [{}, {}],
      epochs: 3,
      message: /^train\.phases: expected phases whose epochs add up to 3, got \[ undefined, undefined \]\. Leave/,
    },
    {
      phases: [{ epochs: 3 }, {}],
      epochs: 3,
      message: /^train\.phases: expected phases whose epochs add up to 3, got \[ 3, undefined \]\./,
    },
    { phases: [{ epochs: 1 }, { epochs: 1 }], epochs: 3, message: /add up to 3, got \[ 1, 1 \]\./ },
    { phases: [{ share: 0.5 }, { share: 0.5 }], epochs: 8, message: /Leave the share of one phase out and it has the rest\.$/ },
    { phases: [{ share: 0.5 }, {}], epochs: 1, message: /add up to 1, got \[ 1, undefined \]\./ },
    { phases: [{}, { epochs: 0 }], epochs: 3, message: /^train\.phases\[1\]\.epochs: expected a positive integer, got 0\.$/ },
    { phases: [{ share: 1 }, {}], epochs: 3, message: /^train\.phases\[0\]\.share: expected a number, 0 < share < 1, got 1\.$/ },
    { phases: [{ share: 0.5, epochs: 1 }, {}], epochs: 3, message: /^train\.phases\[0\]: expected either epochs or a share, got / },
    { phases: [{ rate: 1 }], epochs: 3, message: /^train\.phases\[0\]\.options: expected keys among epochs, share, .*, got 'rate'\.$/ },
  ])('$phases of $epochs epochs is refused', async ({ phases, epochs, message }) => {
    await expectFailure(() => epochsOfPhases(phases as TrainingPhase[], epochs), 'INVALID_ARGUMENT', message);
  });
});

describe('Phases', () => {
  let model: InceptionModel;
  beforeAll(async () => {
    await useBackendUnderTest();
    model = tinyNetwork();
  });
  afterAll(() => model.dispose());
  const data: { train: ImageDataset } = { train: arrayDataset(stripes(6, 12, 1), 3) };
  const settingsOf = (options: Partial<TrainingOptions>): ReturnType<typeof trainingSettings> =>
    trainingSettings(model, data, { epochs: 5, ...options });

  it('take what they do not name from the options beside them; a phase with another optimizer has that one’s own rate', () => {
    const { phases } = settingsOf({
      learningRate: 0.2,
      freezeTo: 'inception_3a',
      schedule: { kind: 'constant' },
      phases: [{ epochs: 2, freezeTo: 'trunk' }, { epochs: 2, optimizer: 'adamw', freezeTo: 'nothing' }, { learningRate: 0.02 }],
    });
    const shared = { schedule: { kind: 'constant' } };
    expect(phases).toEqual([
      { epochs: 2, from: 0, optimizer: { kind: 'sgd' }, learningRate: 0.2, freezeTo: 'trunk', ...shared },
      { epochs: 2, from: 2, optimizer: { kind: 'adamw' }, learningRate: 0.001, ...shared },
      { epochs: 1, from: 4, optimizer: { kind: 'sgd' }, learningRate: 0.02, freezeTo: 'inception_3a', ...shared },
    ]);
  });

  it('cover every epoch: the first two, the next two, the last one, and after the last still the last', () => {
    const settings = settingsOf({ phases: [{ epochs: 2 }, { epochs: 2 }, {}] });
    expect([0, 1, 2, 3, 4, 5].map((epoch) => phaseIndexAt(settings, epoch))).toEqual([0, 0, 1, 1, 2, 2]);
    expect(phaseAt(settings, 3)).toBe(settings.phases?.[1]);
  });

  it('not asked for are one, of all epochs', () => {
    const settings = settingsOf({ learningRate: 0.3 });
    expect(phasesOf(settings)).toEqual([
      { from: 0, epochs: 5, optimizer: { kind: 'sgd' }, learningRate: 0.3, schedule: { kind: 'cosine' }, freezeTo: undefined },
    ]);
    expect([0, 4, 5].map((epoch) => phaseIndexAt(settings, epoch))).toEqual([0, 0, 0]);
  });

  it('freeze to a stage of the network, the trunk or nothing; another name is refused with those there are', async () => {
    for (const stage of [undefined, 'trunk', 'nothing', 'conv1', 'inception_4a'])
      expect(() => assertStage('x', model, stage)).not.toThrow();
    const expected =
      /^train\.phases\[0\]\.freezeTo: expected a stage of tiny \(conv1, inception_3a, pool3, inception_4a\), or 'trunk' for all of them, got 'conv2'\.$/;
    await expectFailure(() => settingsOf({ phases: [{ freezeTo: 'conv2' }] }), 'INVALID_ARGUMENT', expected);
  });
});
