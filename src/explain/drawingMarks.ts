import type { DrawnHead, DrawnModule, DrawnStep } from './networkDrawing.js';

/** Pixels from the left and from the top. */
export type Point = readonly [x: number, y: number];

/** A place on the picture, in pixels from its left and its top. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A step in its place. */
export interface BoxMark extends Rectangle {
  readonly step: DrawnStep;
}

/** A module or head in its place; one that stands for several has their number at its corner. */
export interface FrameMark extends Rectangle {
  readonly of: DrawnModule | DrawnHead;
  readonly kind: 'module' | 'head';
}

/** A line with an arrow head at its end, or one that forks. */
export interface LineMark {
  readonly points: readonly Point[];
  readonly kind: 'step' | 'shortcut' | 'head';
  readonly hasArrow: boolean;
  /** The shape that passes along it, and where its words begin. */
  readonly label?: { readonly text: string; readonly x: number; readonly y: number };
}

/** Everything that is drawn, in places. */
export interface Marks {
  readonly boxes: BoxMark[];
  readonly frames: FrameMark[];
  readonly lines: LineMark[];
}
