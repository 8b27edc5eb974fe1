import { InceptionError, expectedGot } from '../../errors.js';
import type { ModelSnapshot } from '../modelSnapshot.js';
import { EmittedLayer, type Value } from './emittedLayer.js';
import { EMITTERS } from './emitters.js';
import { layerGraph, type LayerCall, type LayerGraph } from './layerGraph.js';
import { OnnxGraph } from './onnxGraph.js';

/**
 * A model's layers as an ONNX graph, operation for operation.
 *
 * Inputs and outputs are tfjs' own: channels last. A single input is called `input`, several bear their layers' names, and so does each output.
 *
 * @param where For messages.
 * @param outputs Names of the layers whose outputs are wanted. Default the model's own.
 * @throws InceptionError `UNSUPPORTED_FORMAT` naming each layer of a class that has no counterpart, or of a setting that has none.
 */
export function buildGraph(where: string, { topology, weights }: ModelSnapshot, outputs?: readonly string[]): OnnxGraph {
  const layers = layerGraph(where, topology, outputs);
  refuseUnknown(where, layers);
  const graph = new OnnxGraph(layers.name);
  const variables = new Map(weights.map(({ name, tensor }) => [name, tensor]));
  const values = new Map<LayerCall, Value>();
  const valueOf = (call: LayerCall): Value => values.get(call) as Value;
  for (const call of layers.calls) {
    const layer = new EmittedLayer(where, call, graph, variables);
    const emit = EMITTERS.get(call.className);
    values.set(call, emit ? emit(layer, call.inputs.map(valueOf)) : addInput(layer, graph, layers));
  }
  for (const { name, call } of layers.outputs) {
    const value = valueOf(call);
    graph.addOutput(name, new EmittedLayer(where, call, graph, variables).channelsLast(value), value.shape);
  }
  graph.prune();
  return graph;
}

function refuseUnknown(where: string, { calls, inputs }: LayerGraph): void {
  const unknown = calls.filter((call) => !EMITTERS.has(call.className) && !inputs.includes(call));
  if (unknown.length === 0) return;
  const names = [...new Set(unknown.map(({ path, className }) => `${path.join('/')} (${className})`))];
  throw new InceptionError(
    'UNSUPPORTED_FORMAT',
    `${where}: expected layers that ONNX can express, got ${names.length} of other classes: ${names.join(', ')}. ` +
      `Known are ${[...EMITTERS.keys()].join(', ')}.`,
  );
}

function addInput(layer: EmittedLayer, graph: OnnxGraph, { inputs }: LayerGraph): Value {
  const { batch_input_shape: batched, dtype } = layer.config<{ batch_input_shape: readonly (number | null)[]; dtype?: string }>();
  const shape = batched.slice(1);
  if (!shape.every((length) => length !== null)) {
    throw layer.refuse('an input whose size is fixed but for the batch', batched);
  }
  if (dtype && dtype !== 'float32') throw expectedGot('UNSUPPORTED_FORMAT', layer.name, 'an input of float32', dtype);
  const name = graph.unique(inputs.length === 1 ? 'input' : layer.name);
  graph.inputs.push({ name, type: 'float32', shape });
  return layer.fromChannelsLast(name, shape);
}
