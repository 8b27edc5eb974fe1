import * as tf from '@tensorflow/tfjs';
import { CompiledGraph, type RunnableGraph } from './compiledGraph.js';
import { compareRecordings, type Inputs } from './compareRecordings.js';
import { observeLayers } from './layerScope.js';
import { watchSettings } from './layerSettings.js';
import { activeNativeBackend, type NativeBackend } from './nativeBackend.js';
import { Recorder, type RecordedResult } from './recorder.js';
import type { Recording } from './recording.js';

type NamedTensors = Readonly<Record<string, tf.Tensor>>;

/** What a function of tensors is recorded with. */
export interface RecordedFunctionSettings {
  /** Every variable that the function reads or changes. */
  readonly variables: readonly tf.Variable[];
  /** The layers that compute: messages name them, and where a setting of one changes, graphs are made anew. */
  readonly layers: readonly tf.layers.Layer[];
  /** Makes the graph. Default: one that may change the variables, which it keeps in its session. */
  readonly compile?: (backend: NativeBackend, recording: Recording) => RunnableGraph;
  /** How many graphs there are at once, at most; inputs of other shapes run operation by operation. Default: any number. */
  readonly graphs?: number;
  /** Told when the graph for inputs of some shapes is ready. */
  readonly onCompiled?: (milliseconds: number) => void;
  /** Told once, if the function cannot be recorded: then it goes on operation by operation. May throw. */
  readonly onRefused: (reason: Error) => void;
}

/** How far a function is for inputs of some shapes. */
interface Stage {
  readonly recordings: { readonly recording: Recording; readonly inputs: Inputs }[];
  graph?: RunnableGraph;
  /** How often inputs of these shapes came. */
  runs: number;
}

/**
 * Making a graph costs about what it saves in so many runs (measured: docs/training.md, Engines). Inputs whose shapes come only now and then, such as an
 * epoch's last and smaller batch, get theirs after as many; those that come twice in a row, at once.
 */
const RUNS_TO_PAY_OFF = 10;

/** A function whose layers' settings change more often than it becomes a graph is spared the recording after so many. */
const VAIN_BEGINNINGS = 10;

/** Values of inputs up to this size are compared with constants; no larger one is written by JavaScript in the midst of a function. */
const SMALL = 64;

/**
 * A function of tensors and variables that, on the native backend, runs operation by operation twice, is recorded the while, and is from
 * then on one graph: for inputs of each set of shapes that come often enough one.
 */
export class RecordedFunction {
  private readonly stages = new Map<string, Stage>();
  private last: Stage | undefined;
  private isRefused = false;
  /** Which setting of a layer is another than when the first recording began. */
  private changedSetting?: () => string | undefined;
  /** How often in succession settings were others before there was a graph. */
  private vain = 0;

  /** @param body Computes by TensorFlow.js alone, without reading a value or drawing random numbers in JavaScript. */
  constructor(
    private readonly body: (inputs: NamedTensors) => RecordedResult,
    private readonly settings: RecordedFunctionSettings,
  ) {}

  /** Whether the last run was one graph. */
  ranAsGraph = false;

  /** @returns What the function gives, by name. The caller disposes of it. */
  run(inputs: NamedTensors): Record<string, tf.Tensor> {
    const backend = activeNativeBackend();
    this.ranAsGraph = false;
    if (backend === undefined || !this.canBeGraph()) return this.runBody(inputs);
    const stage = this.stageOf(inputs);
    const isFrequent = this.last === stage || stage.runs >= RUNS_TO_PAY_OFF || stage.recordings.length === 2;
    this.last = stage;
    stage.runs++;
    if (stage.graph === undefined) {
      const isWorthIt = (isFrequent || stage.runs === 1) && this.hasPlace(stage);
      if (!isWorthIt) return this.runBody(inputs);
      return stage.recordings.length < 2 ? this.record(backend, stage, inputs) : this.compile(backend, stage, inputs);
    }
    this.ranAsGraph = true;
    this.vain = 0;
    return stage.graph.run(inputs);
  }

  /** Makes the graph for inputs of these shapes now, unless it is made, or the function cannot be one. What the function gives is lost. */
  prepare(inputs: NamedTensors): void {
    const backend = activeNativeBackend();
    if (backend === undefined || !this.canBeGraph()) return;
    const stage = this.stageOf(inputs);
    if (stage.graph !== undefined || !this.hasPlace(stage)) return;
    while (stage.recordings.length < 2 && !this.isRefused) disposeAll(this.record(backend, stage, inputs));
    if (!this.isRefused) disposeAll(this.compile(backend, stage, inputs));
  }

  dispose(): void {
    for (const { graph } of this.stages.values()) graph?.dispose();
    this.stages.clear();
  }

  /** What was recorded with other settings of the layers is forgotten here. */
  private canBeGraph(): boolean {
    if (this.isRefused || this.hasLost()) return false;
    const changed = this.changedSetting?.();
    if (changed !== undefined || this.changedSetting === undefined) this.orRefuse(() => this.beginAnew(changed));
    return !this.isRefused;
  }

  private beginAnew(changed: string | undefined): void {
    this.dispose();
    this.last = undefined;
    if (++this.vain > VAIN_BEGINNINGS) throw new Error(`${changed} is changed again and again before there is a graph`);
    this.changedSetting = watchSettings(this.settings.layers);
  }

  /** Whether there may be one more graph, if need be in the place of one that is run far less often: shapes by turns would oust each other. */
  private hasPlace({ runs }: Stage): boolean {
    const made = [...this.stages.values()].filter(({ graph }) => graph !== undefined);
    if (made.length < (this.settings.graphs ?? Infinity)) return true;
    const rarest = made.reduce((rarer, other) => (other.runs < rarer.runs ? other : rarer));
    if (2 * rarest.runs >= runs) return false;
    rarest.graph?.dispose();
    delete rarest.graph;
    return true;
  }

  /** Whether a variable was disposed of. The function itself says best what is the matter then. */
  private hasLost(): boolean {
    return this.settings.variables.some(({ isDisposed }) => isDisposed);
  }

  private runBody(inputs: NamedTensors): Record<string, tf.Tensor> {
    return outputsOf(this.body(inputs));
  }

  private stageOf(inputs: NamedTensors): Stage {
    const data = Object.values(inputs).map(({ dataId }) => dataId);
    // Inputs that are one tensor look alike to the recorder: where they are two, there is another graph.
    const key = JSON.stringify(
      Object.entries(inputs).map(([name, { shape, dtype, dataId }]) => [name, shape, dtype, data.indexOf(dataId)]),
    );
    const stage = this.stages.get(key) ?? { runs: 0, recordings: [] };
    this.stages.set(key, stage);
    return stage;
  }

  private record(backend: NativeBackend, stage: Stage, inputs: NamedTensors): Record<string, tf.Tensor> {
    const { variables, layers } = this.settings;
    const scope = observeLayers(layers);
    try {
      const recorder = new Recorder(backend, { inputs, variables, layer: () => scope.current });
      const result = recorder.run(() => this.body(inputs));
      try {
        this.orRefuse(() => {
          stage.recordings.push({ recording: recorder.finish(result), inputs: valuesOf(backend, inputs) });
        });
      } catch (error) {
        disposeAll(outputsOf(result));
        throw error;
      }
      return outputsOf(result);
    } finally {
      scope.close();
    }
  }

  /** Makes the graph and runs it, which belongs together: only then does TensorFlow prepare it, or say that it cannot. */
  private compile(backend: NativeBackend, stage: Stage, inputs: NamedTensors): Record<string, tf.Tensor> {
    const { variables, onCompiled, compile = (...made) => new CompiledGraph(...made, variables) } = this.settings;
    const startedAt = performance.now();
    let outputs: Record<string, tf.Tensor> | undefined;
    this.orRefuse(() => {
      const [first, second] = stage.recordings;
      const recording = compareRecordings([first.recording, second.recording], [first.inputs, second.inputs]);
      const graph = compile(backend, recording);
      outputs = tryRun(graph, variables, inputs);
      stage.graph = graph;
      this.ranAsGraph = true;
      onCompiled?.(performance.now() - startedAt);
    });
    stage.recordings.length = 0;
    return outputs ?? this.runBody(inputs);
  }

  /** What goes wrong while a function is made a graph does not end it: it goes on as before. */
  private orRefuse(attempt: () => void): void {
    try {
      attempt();
    } catch (error) {
      this.isRefused = true;
      this.settings.onRefused(error as Error);
    }
  }
}

/** A graph's first run; if it fails, the graph is gone and the variables are as before. */
function tryRun(graph: RunnableGraph, variables: readonly tf.Variable[], inputs: NamedTensors): Record<string, tf.Tensor> {
  const before = variables.map((variable) => tf.keep(tf.clone(variable)));
  try {
    return graph.run(inputs);
  } catch (error) {
    graph.dispose();
    variables.forEach((variable, index) => variable.assign(before[index]));
    throw error;
  } finally {
    tf.dispose(before);
  }
}

function disposeAll(tensors: Readonly<Record<string, tf.Tensor>>): void {
  for (const tensor of Object.values(tensors)) tensor.dispose();
}

function outputsOf({ outputs, condition }: RecordedResult): Record<string, tf.Tensor> {
  condition?.dispose();
  return { ...outputs };
}

function valuesOf(backend: NativeBackend, inputs: NamedTensors): Inputs {
  const small = Object.entries(inputs).filter(([, { size }]) => size <= SMALL);
  return Object.fromEntries(
    small.map(([name, tensor]) => {
      const [id] = backend.getInputTensorIds([tensor]);
      const { shape, dtype } = backend.tensorMap.get(tensor.dataId);
      return [name, { shape, dtype, values: backend.binding.tensorDataSync(id) }];
    }),
  );
}
