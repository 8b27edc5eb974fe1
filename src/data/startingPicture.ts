import { evaluationPicture, type Preparation } from './preparePicture.js';
import type { Picture } from './resample.js';

/** What every epoch makes its version of a picture from. */
export interface StartingPicture {
  readonly picture: Picture;
  /** Whether it is the evaluation's view, of the network's input size, or the whole picture that crops are drawn from. */
  readonly prepared: boolean;
}

/** Where crops are drawn, the whole picture; otherwise the evaluation's view, which is smaller. */
export function startingPicture(whole: Picture, preparation: Preparation): StartingPicture {
  return preparation.augmentation.crop
    ? { picture: whole, prepared: false }
    : { picture: evaluationPicture(whole, preparation), prepared: true };
}
