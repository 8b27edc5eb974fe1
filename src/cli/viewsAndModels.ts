import { CROP_COUNTS, type CropCount } from '../evaluation/crops.js';
import { oneOf } from './arguments.js';

const NAMES = CROP_COUNTS.map(String);

const crops = (text: string): CropCount => Number(oneOf('--crops', NAMES)(text)) as CropCount;

/** `--crops`: how many views of a picture are averaged. */
export const CROPS_FLAG = ['--crops <n>', `views of each picture whose answers are averaged: ${NAMES.join(', ')}`, crops, 1] as const;

const collected = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

/** `--with`: further models, given one by one, that answer together with the first. */
export const WITH_FLAG = ['--with <model>', 'another model to answer together with; may be given several times', collected] as const;
