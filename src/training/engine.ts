import * as tf from '@tensorflow/tfjs';
import { hasGraphs } from '../compile/nativeBackend.js';
import { expectedGot, InceptionError, invalidArgument } from '../errors.js';
import type { InceptionModel } from '../networks/inceptionModel.js';
import { eagerStep, type StepSettings } from './eagerStep.js';
import { graphStep, type GraphStepEvents } from './graphStep.js';
import type { TrainingEngine } from './trainingOptions.js';
import type { TrainingRun } from './trainingRun.js';
import type { TrainingStep } from './trainingStep.js';

/** Every engine that may be asked for. */
export const ENGINES: readonly TrainingEngine[] = ['auto', 'graph', 'eager'];

/** @throws InceptionError `INVALID_ARGUMENT` for what is no engine. */
export function assertEngine(where: string, engine: TrainingEngine = 'auto'): void {
  if (!ENGINES.includes(engine)) throw invalidArgument(where, "'auto', 'graph' or 'eager'", engine);
}

/** @throws InceptionError `BACKEND_UNAVAILABLE` if graphs are asked for and the active backend has none. */
export function assertGraphs(where: string, engine: TrainingEngine = 'auto'): void {
  if (engine !== 'graph' || hasGraphs()) return;
  const advice = "Call useBackend('tfjs-node') first (--backend tfjs-node), or leave the engine to 'auto'.";
  throw expectedGot('BACKEND_UNAVAILABLE', `${where}: 'graph'`, 'the backend tfjs-node or tfjs-node-gpu', tf.getBackend(), advice);
}

/** Whether steps will be graphs where a model can be recorded. */
export const usesGraphs = (engine: TrainingEngine = 'auto'): boolean => engine !== 'eager' && hasGraphs();

/** The engine that is wanted, and who is told of it. */
export interface EngineChoice extends GraphStepEvents {
  readonly engine?: TrainingEngine;
}

/** A step by the engine that is wanted, as far as the active backend has it. */
export function stepByEngine(model: InceptionModel, settings: StepSettings, { engine, ...events }: EngineChoice): TrainingStep {
  return usesGraphs(engine) ? graphStep(model, settings, events) : eagerStep(model, settings);
}

/** The engine of a training, which keeps record of it; that a step cannot be a graph is said once. */
export function engineOf(run: TrainingRun): EngineChoice {
  const { engine } = run.options;
  return {
    engine,
    onCompiled(milliseconds) {
      run.engine = { ...run.engine, name: 'graph', compileMs: run.engine.compileMs + milliseconds };
    },
    onRefused(cause) {
      const message = `train: the step of ${run.model.name} cannot be one native graph: ${cause.message}.`;
      if (engine === 'graph') {
        throw new InceptionError('INVALID_ARGUMENT', `${message} Leave the engine to 'auto', or take 'eager'.`, { cause });
      }
      if (run.engine.refused === undefined) process.emitWarning(`${message} Training goes on operation by operation.`, 'InceptionWarning');
      run.engine = { ...run.engine, refused: cause.message };
    },
  };
}
