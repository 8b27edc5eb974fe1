import { centerRectangle } from './drawAugmentation.js';
import type { Rectangle } from './resample.js';

/**
 * A part of a picture that a network sees, whatever the picture's size. Each number is a share; the frame is the largest rectangle of the
 * input's shape that fits into the picture, for a square input a square as long as the picture's shorter side.
 */
export interface PictureView {
  /** Where the frame lies along the picture's longer side: 0 left or top, 0.5 in the centre, 1 right or bottom. */
  readonly frame: number;
  /** Where the view lies in the frame, across and down: 0 left or top, 0.5 in the centre, 1 right or bottom. */
  readonly place: readonly [across: number, down: number];
  /** The view's sides as a share of the frame's, 0 < side ≤ 1. */
  readonly side: number;
  /** Whether it is turned over, left to right. */
  readonly mirror: boolean;
}

/** The centre of a picture, as evaluation sees it. */
export const centerView = (cropFraction: number): PictureView => ({ frame: 0.5, place: [0.5, 0.5], side: cropFraction, mirror: false });

/**
 * Where a view lies in a picture, in its pixels, not rounded.
 *
 * @param aspect Width over height of the network's input.
 */
export function viewRectangle(view: PictureView, picture: { readonly width: number; readonly height: number }, aspect: number): Rectangle {
  const frame = centerRectangle(picture.width, picture.height, aspect, 1);
  const [across, down] = view.place;
  const [width, height] = [frame.width * view.side, frame.height * view.side];
  return {
    left: view.frame * (picture.width - frame.width) + across * (frame.width - width),
    top: view.frame * (picture.height - frame.height) + down * (frame.height - height),
    width,
    height,
  };
}
