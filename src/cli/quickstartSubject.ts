import { join, relative } from 'node:path';
import { writePictures } from '../data/pictures.js';
import type { TrainingReportContent } from '../explain/report.js';
import type { TrainFolderOptions } from '../training/trainFolderOptions.js';
import { finishFirst } from './interrupt.js';
import { say, showing } from './progress.js';

/** What a quickstart is about: the folder, and how to read it and train on it. */
export interface QuickstartSubject {
  readonly directory: string;
  readonly options: TrainFolderOptions & Required<Pick<TrainFolderOptions, 'validation'>>;
  readonly title: string;
  readonly provenance?: TrainingReportContent['provenance'];
}

/**
 * Three modules at 48 × 48, 72,000 parameters: what two cores train on the packaged pictures in a minute and a half on wasm. A machine half
 * as fast sees each picture half as often, so that all of it still ends within three minutes.
 */
const PICTURES_TRAINING: TrainFolderOptions = {
  size: [48, 48],
  network: { stem: 'stride4', widthMultiplier: 0.25, finalModule: 'inception_4a' },
  epochs: [6, 12],
  minutes: 1.6,
};

const LICENSES: Readonly<Record<string, string>> = { noto: 'Apache-2.0', 'fluent-emoji-flat': 'MIT', twemoji: 'CC-BY-4.0' };

/** The packaged pictures, drawn in `<folder>/pictures` unless they are there. */
export async function packagedPictures(folder: string): Promise<QuickstartSubject> {
  const place = join(folder, 'pictures');
  const written = await showing('drawing pictures', () => finishFirst(() => writePictures(place)));
  const { train, validationFolder, counts, concepts, packages, reused } = written;
  const total = [...counts.train, ...counts.validation].reduce((sum, value) => sum + value, 0);
  const note =
    `${total.toLocaleString('en-US')} emoji of ${concepts.train + concepts.validation} concepts drawn by three artists: artwork, not photographs. ` +
    'No concept stands on both sides of the split.';
  say(`pictures   ${reused ? 'found' : 'drawn'} in ${relative(process.cwd(), place)}: ${note}`);
  const sources = Object.entries(packages).map(([name, version]) => ({
    name: `${name} ${version}`,
    license: LICENSES[name.split('/')[1]] ?? 'see the package',
    url: `https://www.npmjs.com/package/${name}`,
  }));
  return {
    directory: train,
    options: { ...PICTURES_TRAINING, validation: validationFolder },
    title: 'Quickstart: animals, food, smileys or travel?',
    provenance: { note, sources },
  };
}

/** A folder of the user's. */
export function ownPictures(directory: string): QuickstartSubject {
  return { directory, options: { minutes: 2, validation: 0.2 }, title: `Quickstart on ${directory}` };
}
