import type { ensureBackend } from '../backends/ensureBackend.js';
import { InceptionError } from '../errors.js';
import type { ClassifierEngine } from './classifierEngine.js';
import type { ClassifierOptions } from './classifierOptions.js';
import { createOnnxEngine } from './onnxEngine.js';
import type { PictureNetwork } from './pictureNetwork.js';
import { TfjsEngine } from './tfjsEngine.js';

/** What leads from ONNX Runtime back to TensorFlow.js, where the choice is free. */
const REASONS: readonly string[] = ['MISSING_PACKAGE', 'UNSUPPORTED_FORMAT', 'BACKEND_UNAVAILABLE'];

/** What {@link chooseEngine} goes by. */
interface EngineWish {
  /** What was asked for. @default 'auto' */
  readonly engine?: ClassifierOptions['engine'];
  /** What TensorFlow.js runs on. */
  readonly backend: Awaited<ReturnType<typeof ensureBackend>>;
}

/**
 * The engine that was asked for, or the fastest that is there.
 *
 * @throws InceptionError where `'onnx'` was asked for: `MISSING_PACKAGE` if `onnxruntime-node` is not installed, `UNSUPPORTED_FORMAT` if the
 *   model cannot be written as ONNX, `BACKEND_UNAVAILABLE` if the runtime does not start.
 */
export async function chooseEngine(where: string, network: PictureNetwork, { engine, backend }: EngineWish): Promise<ClassifierEngine> {
  if (engine === 'tfjs') return new TfjsEngine(network);
  if (engine === 'onnx') return createOnnxEngine(where, network);
  if (backend.device === 'cuda') return new TfjsEngine(network, `${backend.name} computes on the GPU`);
  try {
    return await createOnnxEngine(where, network);
  } catch (error) {
    if (!(error instanceof InceptionError) || !REASONS.includes(error.code)) throw error;
    return new TfjsEngine(network, error.message);
  }
}
