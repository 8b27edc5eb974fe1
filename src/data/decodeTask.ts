import { decodeImage, type DecodeImageOptions } from './decodeImage.js';
import { decodeViews } from './decodeViews.js';
import type { ViewPlan } from './writeViews.js';

/** Make one picture, a path or a file's bytes, ready for a network. */
export interface DecodeTask {
  readonly kind: 'decode';
  readonly image: string | Uint8Array;
  /** Views, or the picture's centre. */
  readonly plan: ViewPlan | DecodeImageOptions;
}

/** RGB bytes, `[views, height, width, 3]`: the same as {@link decodeViews} and {@link decodeImage} give. */
export async function runDecodeTask({ image, plan }: DecodeTask): Promise<Uint8Array> {
  return 'views' in plan ? decodeViews(image, plan) : (await decodeImage(image, plan)).pixels;
}
