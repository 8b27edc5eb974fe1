import type { StepKind } from './stepKind.js';

/** How a kind of step looks: told by its outline and its words as well as by its color, for readers who see grey. */
export interface KindStyle {
  readonly outline: 'square' | 'round' | 'cut' | 'double' | 'dashed' | 'thick';
  readonly fill: string;
  readonly border: string;
  /** Its name in the legend; none where the box's words say it. */
  readonly legend?: string;
}

const TEXT = '#1c1e21';
const QUIET = '#4a5057';

/** Light fills under dark text; blue, orange, green and purple after Okabe and Ito, which color-blind readers tell apart. */
export const KIND_STYLES: Readonly<Record<StepKind, KindStyle>> = {
  convolution: { outline: 'square', fill: '#d3e8f7', border: '#0072b2', legend: 'convolution' },
  separable: { outline: 'double', fill: '#d3e8f7', border: '#0072b2', legend: 'separable convolution' },
  maxPool: { outline: 'cut', fill: '#fbdcc4', border: '#c24e00', legend: 'max pool' },
  averagePool: { outline: 'round', fill: '#fdf3c0', border: '#8a6d00', legend: 'average pool' },
  dense: { outline: 'thick', fill: '#cdeadf', border: '#007a5a', legend: 'dense layer' },
  dropout: { outline: 'dashed', fill: '#ffffff', border: QUIET, legend: 'dropout (in training only)' },
  normalization: { outline: 'round', fill: '#ffffff', border: QUIET },
  activation: { outline: 'round', fill: '#ffffff', border: QUIET },
  reshape: { outline: 'square', fill: '#ffffff', border: QUIET },
  merge: { outline: 'square', fill: '#d3d8de', border: TEXT, legend: 'branches joined' },
  terminal: { outline: 'round', fill: '#ffffff', border: TEXT },
};

export const COLORS = {
  page: '#ffffff',
  text: TEXT,
  quiet: QUIET,
  module: '#f5f6f8',
  moduleBorder: '#9aa1a9',
  head: '#f8edf4',
  headBorder: '#8a4f78',
} as const;

/** Pixels at 100 %. */
export const FONT_SIZE = 14;
export const SMALL_FONT_SIZE = 12;
export const TITLE_FONT_SIZE = 22;

export const FONTS = "Arial, Helvetica, 'Liberation Sans', 'DejaVu Sans', sans-serif";
