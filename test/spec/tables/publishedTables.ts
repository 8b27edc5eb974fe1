import type { NetworkName } from '../../../src/spec/networkSpec.js';
import { GOOGLENET_ROWS, GOOGLENET_STEPS } from './googlenet.js';
import { FACENET_ROWS, INCEPTION_RESNET_V1_ROWS, INCEPTION_RESNET_V1_STEPS } from './inceptionResnetV1.js';
import { INCEPTION_RESNET_V2_HEAD_ROWS, INCEPTION_RESNET_V2_ROWS, INCEPTION_RESNET_V2_STEPS } from './inceptionResnetV2.js';
import { CAFFE_INCEPTION_V2_ROWS, CAFFE_INCEPTION_V2_STEPS, INCEPTION_V2_ROWS, INCEPTION_V2_STEPS } from './inceptionV2.js';
import { INCEPTION_V3_HEAD_ROWS, INCEPTION_V3_ROWS, INCEPTION_V3_STEPS } from './inceptionV3.js';
import { INCEPTION_V4_HEAD_ROWS, INCEPTION_V4_ROWS, INCEPTION_V4_STEPS } from './inceptionV4.js';
import type { StepsRow, TableRow } from './tableRow.js';
import { XCEPTION_ROWS, XCEPTION_STEPS } from './xception.js';

/** A published network, stage by stage. */
export interface PublishedTable {
  readonly network: NetworkName;
  readonly variant: string;
  /** Of the trunk and the top. Variants have dropouts of their own. */
  readonly steps: readonly StepsRow[];
  readonly rows: readonly TableRow[];
  readonly headRows?: readonly TableRow[];
  /** Whether each normalised channel has a gamma. */
  readonly gamma: boolean;
  /** Of the features under the classifier, 0 for none. */
  readonly dropout: number;
}

const respelt = (steps: readonly StepsRow[], from: string | RegExp, to: string): StepsRow[] =>
  steps.map(([stage, text]): StepsRow => [stage, text.replaceAll(from, to)]);

/** Caffe pads the first convolution alike on all sides, and its pools of stride 2 right and below. */
const CAFFE_GOOGLENET_STEPS = respelt(respelt(GOOGLENET_STEPS, '7×7/2', '7×7/2 zeros 3'), 'max 3×3/2', 'max 3×3/2 ceil');

/** Torch's averages count the zeros round the map. */
const TORCH_INCEPTION_V3_STEPS = respelt(INCEPTION_V3_STEPS, 'average 3×3', 'average 3×3 zeros 1');

/** Torch pads pools alike on all sides: stride 1, and then every other value. */
const TIMM_XCEPTION_STEPS = respelt(XCEPTION_STEPS, 'max 3×3/2', 'max 3×3, max 1×1/2 valid');

const FACENET_STEPS: readonly StepsRow[] = [
  ...INCEPTION_RESNET_V1_STEPS.slice(0, -1),
  ['embedding', 'dense 512 without bias'],
  ['embedding_bn', 'batch normalization'],
  ...INCEPTION_RESNET_V1_STEPS.slice(-1),
];

const V3 = { network: 'inception-v3', steps: INCEPTION_V3_STEPS, rows: INCEPTION_V3_ROWS, headRows: INCEPTION_V3_HEAD_ROWS } as const;
const V4 = { network: 'inception-v4', steps: INCEPTION_V4_STEPS, rows: INCEPTION_V4_ROWS, headRows: INCEPTION_V4_HEAD_ROWS } as const;
const RESNET_V1 = { network: 'inception-resnet-v1', steps: INCEPTION_RESNET_V1_STEPS, rows: INCEPTION_RESNET_V1_ROWS } as const;
const RESNET_V2 = {
  network: 'inception-resnet-v2',
  steps: INCEPTION_RESNET_V2_STEPS,
  rows: INCEPTION_RESNET_V2_ROWS,
  headRows: INCEPTION_RESNET_V2_HEAD_ROWS,
} as const;
const XCEPTION = { network: 'xception', steps: XCEPTION_STEPS, rows: XCEPTION_ROWS } as const;

/** Every variant whose rows were counted; GoogLeNet's others differ from its paper by what `googlenet.test.ts` says. */
export const PUBLISHED_TABLES: readonly PublishedTable[] = [
  { network: 'googlenet', variant: 'paper', steps: GOOGLENET_STEPS, rows: GOOGLENET_ROWS, gamma: false, dropout: 0.4 },
  { network: 'googlenet', variant: 'caffe', steps: CAFFE_GOOGLENET_STEPS, rows: GOOGLENET_ROWS, gamma: false, dropout: 0.4 },
  { network: 'inception-v2', variant: 'slim', steps: INCEPTION_V2_STEPS, rows: INCEPTION_V2_ROWS, gamma: false, dropout: 0.2 },
  { network: 'inception-v2', variant: 'caffe', steps: CAFFE_INCEPTION_V2_STEPS, rows: CAFFE_INCEPTION_V2_ROWS, gamma: true, dropout: 0 },
  { ...V3, variant: 'keras', gamma: false, dropout: 0 },
  { ...V3, variant: 'slim', gamma: false, dropout: 0.2 },
  { ...V3, variant: 'torchvision', steps: TORCH_INCEPTION_V3_STEPS, gamma: true, dropout: 0.5 },
  { ...V3, variant: 'timm', steps: TORCH_INCEPTION_V3_STEPS, gamma: true, dropout: 0 },
  { ...V4, variant: 'timm', gamma: true, dropout: 0 },
  { ...V4, variant: 'slim', gamma: false, dropout: 0.2 },
  { ...RESNET_V1, variant: 'paper', gamma: true, dropout: 0.2 },
  { ...RESNET_V1, variant: 'facenet', steps: FACENET_STEPS, rows: FACENET_ROWS, gamma: true, dropout: 0.6 },
  { ...RESNET_V2, variant: 'keras', gamma: false, dropout: 0 },
  { ...RESNET_V2, variant: 'slim', gamma: false, dropout: 0.2 },
  { ...RESNET_V2, variant: 'timm', gamma: true, dropout: 0 },
  { ...XCEPTION, variant: 'keras', gamma: true, dropout: 0 },
  { ...XCEPTION, variant: 'timm', steps: TIMM_XCEPTION_STEPS, gamma: true, dropout: 0 },
];
