import { invalidArgument } from '../errors.js';
import { BATCH_NORMALIZED, BIASED, NORMALIZED_LAST } from '../spec/convolutionStyles.js';
import type { ConvolutionOrder, ConvolutionStyle } from '../spec/types.js';

const STYLES: Readonly<Record<ConvolutionOrder, ConvolutionStyle>> = {
  'conv-bn-relu': BATCH_NORMALIZED,
  'conv-relu-bn': NORMALIZED_LAST,
  'conv-relu': BIASED,
};

/**
 * The style that goes with an order: a bias wherever batch normalisation does not follow at once.
 *
 * @throws InceptionError `INVALID_ARGUMENT` for an order there is not.
 */
export function convolutionStyle(where: string, order: ConvolutionOrder): ConvolutionStyle {
  const style = Object.hasOwn(STYLES, order) ? STYLES[order] : undefined;
  if (!style)
    throw invalidArgument(
      `${where}.order`,
      Object.keys(STYLES)
        .map((name) => `'${name}'`)
        .join(', '),
      order,
    );
  return style;
}
