import { checkOptions, invalidArgument } from '../errors.js';

/** How a network is drawn. */
export interface DrawingOptions {
  /** Whether equal modules that follow each other are drawn once, with their number, rather than each by itself. Default true. */
  readonly fold?: boolean;
}

/** The options with their defaults, once they are known to be usable. */
export function checkDrawingOptions(where: string, options: DrawingOptions): Required<DrawingOptions> {
  checkOptions<DrawingOptions>(where, options, { fold: true });
  const { fold = true } = options;
  if (typeof fold !== 'boolean') throw invalidArgument(`${where}.fold`, 'true or false', fold);
  return { fold };
}
