import type { ModelFormat } from './modelFormat.js';

/** What a file may hold of a model. No format holds the optimizer's state; a training's checkpoint does. */
export type ModelContent = 'weights' | 'architecture' | 'frozen' | 'preprocessing' | 'labels' | 'training';

const ALL: readonly ModelContent[] = ['weights', 'architecture', 'frozen', 'preprocessing', 'labels', 'training'];

/** What each format holds once this package has written it; docs/formats.md has the same as a table. */
export const FORMAT_CONTENTS: Readonly<Record<ModelFormat, readonly ModelContent[]>> = {
  'tfjs-layers': ALL,
  keras: ALL,
  h5: ALL,
  onnx: ['weights', 'architecture', 'preprocessing', 'labels', 'training'],
  safetensors: ALL,
};
