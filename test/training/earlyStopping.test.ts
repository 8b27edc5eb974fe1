import { assertEarlyStopping, isStalled, type EarlyStopping } from '../../src/training/earlyStopping.js';
import type { EpochEvaluation, EpochRecord } from '../../src/training/trainingReport.js';
import { expectFailure } from '../data/pictureFiles.js';

/** Epochs of these top-1 and losses; with a third number, of averaged weights that fare so. */
const epochs = (...measured: readonly (readonly [top1: number, loss: number, averaged?: number])[]): EpochRecord[] =>
  measured.map(([top1, loss, averaged]) => {
    const evaluation = (value: number): EpochEvaluation => ({ top1: value, loss }) as EpochEvaluation;
    return { validation: evaluation(top1), ...(averaged !== undefined && { averaged: evaluation(averaged) }) } as EpochRecord;
  });

describe('isStalled', () => {
  it.each<{ what: string; records: EpochRecord[]; settings: EarlyStopping; stalled: boolean }>([
    { what: 'no epoch yet', records: [], settings: { patience: 1 }, stalled: false },
    { what: 'one epoch, which is always a gain', records: epochs([0, 9]), settings: { patience: 1 }, stalled: false },
    { what: 'patience 1, one epoch without a gain', records: epochs([0.5, 1], [0.5, 1]), settings: { patience: 1 }, stalled: true },
    { what: 'of equal top-1 a lower loss', records: epochs([0.5, 1], [0.5, 0.9]), settings: { patience: 1 }, stalled: false },
    {
      what: 'of equal top-1 a lower loss, where a gain must be 1 %',
      records: epochs([0.5, 1], [0.5, 0.1]),
      settings: { patience: 1, minimumGain: 0.01 },
      stalled: true,
    },
    { what: 'patience 2, one epoch without a gain', records: epochs([0.5, 1], [0.4, 1]), settings: { patience: 2 }, stalled: false },
    {
      what: 'patience 2, two epochs without a gain',
      records: epochs([0.5, 1], [0.4, 1], [0.5, 2]),
      settings: { patience: 2 },
      stalled: true,
    },
    {
      what: 'patience 2, a gain in between',
      records: epochs([0.5, 1], [0.4, 1], [0.6, 1], [0.6, 1]),
      settings: { patience: 2 },
      stalled: false,
    },
    {
      what: 'small gains that add up to 1 %',
      records: epochs([0.5, 1], [0.504, 1], [0.508, 1], [0.512, 1]),
      settings: { patience: 3, minimumGain: 0.01 },
      stalled: false,
    },
    {
      what: 'gains below 5 % three times',
      records: epochs([0.5, 1], [0.51, 1], [0.52, 1], [0.53, 1]),
      settings: { patience: 3, minimumGain: 0.05 },
      stalled: true,
    },
    {
      what: 'a gain of 25 % where it must be so much',
      records: epochs([0.5, 1], [0.75, 1]),
      settings: { patience: 1, minimumGain: 0.25 },
      stalled: false,
    },
    {
      what: 'averaged weights that gain while the others do not',
      records: epochs([0.5, 1, 0.3], [0.4, 1, 0.4]),
      settings: { patience: 1 },
      stalled: false,
    },
    {
      what: 'weights that gain while their averages do not',
      records: epochs([0.3, 1, 0.5], [0.4, 1, 0.4]),
      settings: { patience: 1 },
      stalled: true,
    },
  ])('$what: $stalled', ({ records, settings, stalled }) => {
    expect(isStalled(records, settings)).toBe(stalled);
  });
});

describe('assertEarlyStopping refuses', () => {
  it.each<{ settings: EarlyStopping; hasValidation?: boolean; message: RegExp }>([
    { settings: { patience: 0 }, message: /^train\.earlyStopping\.patience: expected a positive integer, got 0\.$/ },
    { settings: { patience: 1.5 }, message: /^train\.earlyStopping\.patience: expected a positive integer, got 1\.5\.$/ },
    { settings: { patience: 1, minimumGain: 1 }, message: /^train\.earlyStopping\.minimumGain: expected a share .*, got 1\.$/ },
    { settings: { patience: 1, minimumGain: NaN }, message: /^train\.earlyStopping\.minimumGain: expected a share .*, got NaN\.$/ },
    {
      settings: { patience: 1 },
      hasValidation: false,
      message: /^train\.earlyStopping: expected validation data to judge by, got undefined\. Hold some/,
    },
  ])('$settings, validation $hasValidation', async ({ settings, hasValidation = true, message }) => {
    await expectFailure(() => assertEarlyStopping(settings, hasValidation), 'INVALID_ARGUMENT', message);
  });
});
