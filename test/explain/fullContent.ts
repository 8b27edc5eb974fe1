import type { DuplicateGroup, ShownDuplicates } from '../../src/explain/duplicatesPart.js';
import type { PicturePrediction } from '../../src/explain/predictionCards.js';
import type { TrainingReportContent } from '../../src/explain/report.js';
import { networkSpec } from '../../src/spec/networkSpec.js';
import type { EpochRecord } from '../../src/training/trainingReport.js';
import { evaluationOf, trainingOf } from './sampleRun.js';

/** Stripes of two colors that follow from a number. */
export function stripes(number: number, side = 48): { pixels: Uint8Array; height: number; width: number } {
  const pixels = new Uint8Array(side * side * 3);
  for (let at = 0; at < pixels.length; at++) {
    const [column, row] = [Math.floor(at / 3) % side, Math.floor(at / 3 / side)];
    const isStripe = (column + (number % 3) * row) % 16 < 8;
    pixels[at] = (isStripe ? 60 + 40 * ((number + at) % 3) : 230) % 256;
  }
  return { pixels, height: side, width: side };
}

const classes = Array.from({ length: 12 }, (_, index) => (index === 4 ? 'a class with quite a long name' : `class ${index + 1}`));
const confusion = classes.map((_, truth) => classes.map((__, answer) => (truth === answer ? 40 + truth : (truth * answer + answer) % 5)));
const evaluation = evaluationOf(confusion, classes);

function mistake(number: number, truth: string, answer: string): PicturePrediction {
  const probability = 0.98 - number * 0.01;
  return {
    name: `${truth}/IMG_2024${number}_some_holiday.jpg`,
    picture: stripes(number),
    truth,
    predictions: [
      { label: answer, probability },
      { label: truth, probability: 1 - probability },
    ],
  };
}

function group(names: readonly string[], label: (index: number) => string, acrossClasses: boolean): DuplicateGroup {
  const pictures = names.map((name, index) => ({
    name,
    label: label(index),
    side: index % 2 === 0 ? ('train' as const) : ('validation' as const),
  }));
  return { pictures, count: names.length, acrossSplit: true, acrossClasses };
}

const conflict = group(['class 1/a.jpg', 'class 2/b.jpg'], (index) => `class ${index + 1}`, true);
const shared = group(Array.from({ length: 7 }, (_, index) => `class 3/series ${index}.jpg`), () => 'class 3', false); // prettier-ignore
const shown: ShownDuplicates[] = [
  { kind: 'exact', group: conflict, pictures: [stripes(1, 96), stripes(1, 96)] },
  { kind: 'near', group: shared, pictures: [stripes(2, 96), stripes(2, 96), undefined, stripes(2, 96)] },
];

/** Twenty epochs in two phases, resumed twice, ended early, with averaged weights and gradients. */
function longTraining(): NonNullable<TrainingReportContent['training']> {
  const base = trainingOf(Array.from({ length: 20 }, (_, index) => 2.4 / (1 + index / 4)), evaluation); // prettier-ignore
  const epochs = base.epochs.map((record, index): EpochRecord => {
    const learned = {
      ...evaluation,
      loss: 2.1 / (1 + index / 5) + 0.1 * (index % 3),
      top1: 0.8 - 0.6 / (1 + index / 2) - 0.02 * (index % 3),
    };
    return {
      ...{ ...record, top1: 0.85 - 0.7 / (1 + index / 2), validation: learned },
      averaged: { ...learned, loss: learned.loss * 0.93, top1: learned.top1 + 0.02 },
      ...{ gradientNorm: 3 / (1 + index / 6) + (index % 4) / 3, learningRate: index < 5 ? 0.1 : 0.02 * Math.cos((index - 5) / 12) },
    };
  });
  const phase = { optimizer: { kind: 'sgd' as const }, schedule: { kind: 'cosine' as const } };
  return {
    ...{ ...base, epochs, best: epochs[16], stoppedEarly: true, resumedAt: [3000, 3100, 15_000] },
    reestimation: { before: evaluation, after: evaluation, kept: true },
    settings: {
      ...{ ...base.settings, epochs: 40, earlyStopping: { patience: 3, minimumGain: 0.001 }, averaging: { decay: 0.999 } },
      phases: [
        { ...phase, epochs: 5, from: 0, freezeTo: 'trunk', learningRate: 0.1 },
        { ...phase, epochs: 35, from: 5, learningRate: 0.02 },
      ],
    },
  };
}

/** A report with every section there is. */
export const fullContent: TrainingReportContent = {
  title: 'Twelve classes of holiday pictures',
  lead: 'A GoogLeNet-family network.',
  settings: [
    { name: 'input', value: '224 × 224 pixels' },
    { name: 'choices', value: ['input 224 × 224: as asked', 'batches of 32: for 1,635 training pictures'] },
  ],
  data: {
    classes,
    train: classes.map((_, index) => 400 - 32 * index),
    validation: classes.map((_, index) => 100 - 8 * index),
    balance: {
      ...{ largest: 'class 1', smallest: 'class 12', ratio: 400 / 48, isUnbalanced: true },
      advice: "Add pictures of the small classes, or train with sampling: 'balanced'.",
    },
    unreadable: [{ path: 'photos/class 3/broken & <torn>.jpg', reason: 'The file ends too early.' }],
    ignored: 3,
    duplicates: {
      report: {
        exact: { groups: [conflict], count: 1, acrossSplit: 1, acrossClasses: 1, alone: 0, heldOutInTraining: 1 },
        near: { groups: [shared], count: 1, acrossSplit: 1, acrossClasses: 0, alone: 0, heldOutInTraining: 3 },
        heldOutInTraining: 4,
        dropped: 0,
      },
      shown,
    },
  },
  spec: networkSpec('googlenet', { variant: 'paper' }),
  training: longTraining(),
  evaluation,
  baselines: [{ name: 'Logistic regression', top1: 0.5125 }],
  classified: [0, 1, 2].map((number) => ({ ...mistake(number, 'class 2', 'class 2'), predictions: [{ label: 'class 2', probability: 0.7 }, { label: 'a class with quite a long name', probability: 0.2 }] })), // prettier-ignore
  heldOut: {
    sample: [0, 1, 2, 3].map((number) => mistake(number, 'class 2', number === 2 ? 'class 3' : 'class 2')),
    mistakes: [0, 1, 2, 3, 4, 5].map((number) => mistake(number, 'class 3', number % 2 === 0 ? 'class 2' : 'class 5')),
  },
  provenance: {
    note: 'Own pictures.',
    sources: [{ name: 'Album', license: 'CC0-1.0', url: 'https://example.org/album?year=2024&page=2' }],
  },
  repeat: {
    command: ['npx', 'inception', 'train', "Anna's photos", '--out', 'a model', '--minutes', '20'],
    facts: [
      { name: 'tfjs-inception', value: '0.1.0' },
      { name: 'pictures (SHA-256 of the split)', value: 'c0ffee'.repeat(10) + 'cafe' },
    ],
  },
};
