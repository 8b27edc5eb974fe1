import { extname } from 'node:path';
import type { Command } from 'commander';
import { percent } from '../cost/textTable.js';
import { invalidArgument } from '../errors.js';
import { networkDot } from '../explain/networkDot.js';
import { networkPng } from '../explain/networkPng.js';
import { networkPicture } from '../explain/networkSvg.js';
import { writeFileAtomically } from '../io/atomicFile.js';
import type { NetworkSpec } from '../spec/types.js';
import { say } from './progress.js';

/** Where a network is to be drawn, and how. */
export interface DrawingFlags {
  readonly svg?: string;
  readonly png?: string;
  readonly dot?: string;
  readonly unfold?: boolean;
}

const FORMATS = ['svg', 'png', 'dot'] as const;

/** Adds `--svg`, `--png`, `--dot` and `--unfold`. */
export function addDrawingFlags(command: Command): Command {
  return command
    .option('--svg <file>', 'draw the network instead: modules with their branches, shapes on the arrows', pathOf('svg'))
    .option('--png <file>', 'the same as pixels', pathOf('png'))
    .option('--dot <file>', 'the same as a graph for Graphviz', pathOf('dot'))
    .option('--unfold', 'draw equal modules that follow each other one by one');
}

/**
 * Draws a network into the files that the flags name, if any, with a line on standard error for each.
 *
 * @returns Whether anything was drawn.
 * @throws InceptionError `WRITE_FAILED` if a file cannot be written; `INVALID_ARGUMENT` for `--unfold` without a file.
 */
export async function drawNetwork(spec: NetworkSpec, { unfold = false, ...files }: DrawingFlags): Promise<boolean> {
  const wanted = FORMATS.filter((format) => files[format] !== undefined);
  if (unfold && wanted.length === 0) {
    throw invalidArgument('--unfold', 'a file to draw to', 'none', 'Add --svg FILE, --png FILE or --dot FILE.');
  }
  for (const format of wanted) {
    const { data, facts } = await drawn(format, spec, !unfold);
    await writeFileAtomically(`--${format}`, files[format]!, data);
    say(`wrote ${files[format]}${facts}`);
  }
  return wanted.length > 0;
}

async function drawn(
  format: (typeof FORMATS)[number],
  spec: NetworkSpec,
  fold: boolean,
): Promise<{ data: string | Uint8Array; facts: string }> {
  if (format === 'dot') return { data: networkDot(spec, { fold }), facts: '' };
  if (format === 'svg') {
    const { svg, width, height } = networkPicture(spec, { fold }, '--svg');
    return { data: svg, facts: ` (${width}×${height})` };
  }
  const { data, width, height, scale } = await networkPng(spec, { fold });
  const note = scale < 1 ? `, at ${percent(scale)} of its size: a PNG cannot be larger; --svg can` : '';
  return { data, facts: ` (${width}×${height}${note})` };
}

/** Reads a path, which has to end as its format does. */
function pathOf(format: (typeof FORMATS)[number]): (text: string) => string {
  return (text) => {
    if (extname(text).toLowerCase() === `.${format}`) return text;
    throw invalidArgument(
      `--${format}`,
      `a path that ends in .${format}`,
      text,
      `The formats are ${FORMATS.map((name) => `--${name}`).join(', ')}.`,
    );
  };
}
