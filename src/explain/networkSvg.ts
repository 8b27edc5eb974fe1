import { costedSpec } from '../cost/costedSpec.js';
import type { SpecOrModel } from '../cost/specOf.js';
import { checkDrawingOptions, type DrawingOptions } from './drawingOptions.js';
import { COLORS, FONT_SIZE, FONTS } from './drawingStyle.js';
import { markShapes } from './markShapes.js';
import { networkDrawing } from './networkDrawing.js';
import { networkLayout } from './networkLayout.js';
import { networkTitle, pictureHeading } from './pictureHeading.js';
import { svgElement } from './svgElement.js';

/** A picture with its size in pixels. */
export interface NetworkPicture {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
}

/** Round everything. */
const MARGIN = 24;
/** Between heading and network. */
const HEADING_GAP = 28;
/** Of the heading's lines, where the network is narrower. */
const LEAST_WIDTH = 720;

/**
 * A network as a picture that reads from top to bottom: a frame round each module with its branches as columns, shapes on the arrows
 * between the stages, auxiliary heads at the right. The SVG needs nothing else: no style sheet, no font of its own, no script. Names,
 * shapes and costs of single steps show when they are pointed at.
 *
 * @param specOrModel A spec, or anything that carries one, such as an InceptionModel.
 * @returns SVG on white, whose text is 12 to 14 pixels high at 100 %.
 * @throws InceptionError as `costOf` does; `INVALID_ARGUMENT` for an unknown option.
 * @example
 * ```ts
 * await writeFile('inception-v3.svg', networkSvg(networkSpec('inception-v3', { auxiliaryHeads: true })));
 * ```
 */
export function networkSvg(specOrModel: SpecOrModel, options: DrawingOptions = {}): string {
  return networkPicture(specOrModel, options, 'networkSvg').svg;
}

/**
 * What {@link networkSvg} draws, with its size.
 *
 * @param where The caller's name, for messages.
 */
export function networkPicture(specOrModel: SpecOrModel, options: DrawingOptions, where: string): NetworkPicture {
  const { fold } = checkDrawingOptions(where, options);
  const costed = costedSpec(specOrModel);
  const layout = networkLayout(networkDrawing(costed, fold));
  const inner = Math.ceil(Math.max(layout.width, LEAST_WIDTH));
  const heading = pictureHeading(costed, layout, inner);
  const left = MARGIN + Math.floor((inner - layout.width) / 2);
  const top = MARGIN + heading.height + HEADING_GAP;
  const width = inner + 2 * MARGIN;
  const height = Math.ceil(top + layout.height + MARGIN);
  const title = networkTitle(costed.spec);
  const frame = { xmlns: 'http://www.w3.org/2000/svg', width, height, viewBox: `0 0 ${width} ${height}` };
  const words = { role: 'img', 'aria-label': title, 'font-family': FONTS, 'font-size': FONT_SIZE, fill: COLORS.text };
  const picture = svgElement('svg', { ...frame, ...words }, [
    svgElement('title', {}, title),
    svgElement('rect', { width, height, fill: COLORS.page }),
    svgElement('g', { transform: `translate(${MARGIN} ${MARGIN})` }, heading.markup),
    svgElement('g', { transform: `translate(${left} ${top})` }, markShapes(layout)),
  ]);
  return { svg: picture.markup, width, height };
}
