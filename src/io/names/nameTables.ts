import { GOOGLENET_NAMES } from './googlenetNames.js';
import { INCEPTION_RESNET_V1_NAMES } from './inceptionResnetV1Names.js';
import { INCEPTION_RESNET_V2_NAMES } from './inceptionResnetV2Names.js';
import { INCEPTION_V2_NAMES } from './inceptionV2Names.js';
import { INCEPTION_V3_NAMES } from './inceptionV3Names.js';
import { INCEPTION_V4_NAMES } from './inceptionV4Names.js';
import type { NameTable } from './nameTable.js';
import { XCEPTION_NAMES } from './xceptionNames.js';

/** Every source's names of every network that it has. */
export const NAME_TABLES: readonly NameTable[] = [
  ...GOOGLENET_NAMES,
  ...INCEPTION_V2_NAMES,
  ...INCEPTION_V3_NAMES,
  ...INCEPTION_V4_NAMES,
  ...INCEPTION_RESNET_V1_NAMES,
  ...INCEPTION_RESNET_V2_NAMES,
  ...XCEPTION_NAMES,
];
