/** The backends a caller may ask for by name. `'auto'` takes the first that can start. */
export type BackendName = 'tfjs-node-gpu' | 'tfjs-node' | 'webgpu' | 'wasm' | 'cpu';

/** Where the arithmetic truly runs, whatever the backend's name promises. */
export type BackendDevice = 'cuda' | 'cpu';

/** What a started backend says of itself. */
export interface ActiveBackend {
  readonly device: BackendDevice;
  /** The engine beneath TensorFlow.js, with its version where it has one: `'TensorFlow 2.9.1'`. */
  readonly engine: string;
}

/** One way of running TensorFlow.js. */
export interface BackendDriver {
  readonly name: BackendName;
  /** The device this driver exists for. `'auto'` passes over a driver that lands on another one. */
  readonly device: BackendDevice;
  /**
   * Starts the backend and makes it TensorFlow.js' active one.
   *
   * @throws Error whose message is the reason, if it cannot.
   */
  activate(): Promise<ActiveBackend>;
}
