import type * as tf from '@tensorflow/tfjs';

/** Tells which layer is computing. */
export interface LayerScope {
  readonly current: string | undefined;
  /** Ends the observation. */
  close(): void;
}

/** Observes which of some layers is computing, from now on. */
export function observeLayers(layers: readonly tf.layers.Layer[]): LayerScope {
  let current: string | undefined;
  // A layer may have a call of its own, beside its class's.
  const own = layers.map((layer) => Object.getOwnPropertyDescriptor(layer, 'call'));
  for (const layer of layers) {
    const call = layer.call.bind(layer);
    layer.call = (inputs, kwargs) => {
      const outer = current;
      current = layer.name;
      try {
        return call(inputs, kwargs);
      } finally {
        current = outer;
      }
    };
  }
  return {
    get current() {
      return current;
    },
    close() {
      layers.forEach((layer, index) => {
        if (own[index]) Object.defineProperty(layer, 'call', own[index]);
        else delete (layer as { call?: unknown }).call;
      });
    },
  };
}
