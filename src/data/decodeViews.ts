import { bytesOf } from './decodeImage.js';
import { decodePicture } from './decodePicture.js';
import { viewedShorterSide, writeViews, type ViewPlan } from './writeViews.js';

/**
 * The views of one picture, each resampled once from the decoded picture: the same bytes as a dataset's `views` gives.
 *
 * @param image A path, or the encoded bytes of a picture.
 * @returns RGB bytes, `[views, height, width, 3]`.
 * @throws InceptionError `NOT_FOUND` if there is no such file, `UNREADABLE_IMAGE` if it is no picture or damaged.
 */
export async function decodeViews(image: string | Uint8Array, plan: ViewPlan): Promise<Uint8Array> {
  const [bytes, where] = typeof image === 'string' ? [await bytesOf(image), image] : [image, 'image'];
  const picture = await decodePicture(bytes, viewedShorterSide(plan), where);
  const output = new Uint8Array(plan.views.length * plan.size[0] * plan.size[1] * 3);
  writeViews(picture, plan, output);
  return output;
}
