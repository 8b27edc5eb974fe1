import { pathToFileURL } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import type { InferenceSession } from 'onnxruntime-node';
import { INSTALL_COMMANDS, readInstalledPackage } from '../backends/native/installedPackage.js';
import { expectedGot, InceptionError } from '../errors.js';
import { RECORD_VERSION } from '../io/modelRecord.js';
import { takeSnapshot } from '../io/modelSnapshot.js';
import { onnxModel } from '../io/onnx/onnxModel.js';
import { packed, rowsOf, type ClassifierEngine, type Pixels } from './classifierEngine.js';
import type { PictureNetwork } from './pictureNetwork.js';

type Runtime = typeof import('onnxruntime-node');

/** The one optional package that is reached from here. */
const PACKAGE = 'onnxruntime-node';

/** What installs it; its CPU libraries are in the package itself, and the download that npm runs afterwards brings those for CUDA. */
const INSTALL =
  `Install it: npm i ${PACKAGE} (where its download after the install is blocked: ${INSTALL_COMMANDS[PACKAGE]}, ` +
  `or npm i ${PACKAGE} --onnxruntime-node-install=skip), ` +
  `or use engine 'tfjs'.`;

/**
 * Everything the graph optimizer knows, on as many threads as there are physical cores, which is ONNX Runtime's own choice. The last batch
 * of several is smaller: a plan of memory for each size that comes would hold a fifth more and save no time.
 */
const SESSION: InferenceSession.SessionOptions = {
  executionProviders: ['cpu'],
  graphOptimizationLevel: 'all',
  enableMemPattern: false,
  logSeverityLevel: 3,
};

/**
 * A network as it is now, in ONNX Runtime: preprocessing and batch normalization folded in, and nothing that no asked-for head needs.
 *
 * @throws InceptionError `MISSING_PACKAGE` if `onnxruntime-node` is not installed; `UNSUPPORTED_FORMAT` naming the layers that ONNX cannot
 *   express; `BACKEND_UNAVAILABLE` if the runtime does not start here.
 */
export async function createOnnxEngine(where: string, { name, graph, size, preprocessing }: PictureNetwork): Promise<ClassifierEngine> {
  if (!(graph instanceof tf.LayersModel)) {
    throw expectedGot('UNSUPPORTED_FORMAT', `${where}.engine`, 'a model of layers for ONNX Runtime', `a graph model`, `Use engine 'tfjs'.`);
  }
  const runtime = await importRuntime(where);
  const snapshot = takeSnapshot(where, graph, { version: RECORD_VERSION, labels: [] });
  let bytes: Uint8Array;
  try {
    // Siblings are not merged: splitting what comes out costs ONNX Runtime more, in changes of layout, than the larger convolution saves.
    bytes = await onnxModel(snapshot, { preprocessing });
  } finally {
    tf.dispose(snapshot.weights.map(({ tensor }) => tensor));
  }
  try {
    return new OnnxEngine(runtime, await runtime.InferenceSession.create(bytes, SESSION), size);
  } catch (cause) {
    throw expectedGot('BACKEND_UNAVAILABLE', `${where}.engine`, `ONNX Runtime to take ${name}`, (cause as Error).message, '', cause);
  }
}

/** The application's own; where it has none, the one that `inception native install --onnx` brought. */
async function importRuntime(where: string): Promise<Runtime> {
  // Since 1.29 it reports models and machine to its makers on Linux too, unless told not to before it starts.
  process.env.ORT_DISABLE_TELEMETRY ??= '1';
  let failure: unknown;
  try {
    return await import('onnxruntime-node');
  } catch (cause) {
    failure = cause;
  }
  try {
    const beside = readInstalledPackage(PACKAGE)?.main;
    if (beside !== undefined) return (await import(pathToFileURL(beside).href)) as Runtime;
  } catch (cause) {
    failure = cause;
  }
  throw runtimeUnavailable(where, failure);
}

function runtimeUnavailable(where: string, cause: unknown): InceptionError {
  const { message } = cause as Error;
  // Its own libraries missing for this platform is another matter.
  const isMissing = new RegExp(`Cannot find (module|package) '${PACKAGE}'`).test(message);
  const code = isMissing ? 'MISSING_PACKAGE' : 'BACKEND_UNAVAILABLE';
  const reason = isMissing ? 'it is not installed' : message.split('\n')[0];
  return new InceptionError(code, `${where}.engine: expected the package ${PACKAGE}, got: ${reason}. ${INSTALL}`, { cause });
}

class OnnxEngine implements ClassifierEngine {
  readonly name = 'onnx';
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly runtime: Runtime,
    private readonly session: InferenceSession,
    private readonly size: readonly [height: number, width: number],
  ) {}

  async run(pictures: readonly Pixels[]): Promise<Float32Array[][]> {
    const { inputNames, outputNames } = this.session;
    const input = new this.runtime.Tensor('float32', packed(pictures, Float32Array), [pictures.length, ...this.size, 3]);
    const running = this.session.run({ [inputNames[0]]: input });
    this.last = running.catch(() => undefined);
    const outputs = await running;
    return outputNames.map((name) => rowsOf(outputs[name].data as Float32Array, pictures.length));
  }

  dispose(): void {
    void this.last.then(() => this.session.release());
  }
}
