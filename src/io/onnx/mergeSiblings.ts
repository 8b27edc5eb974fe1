import { integers, stacked, zeros, type Weights } from './constant.js';
import type { OnnxGraph, Operation } from './onnxGraph.js';

/**
 * Makes one convolution of the 1×1 convolutions that read the same map, as the branches of an inception module do, and splits what comes
 * out. Where each is followed by its ReLU alone, the ReLUs become one as well.
 */
export function mergeSiblings(graph: OnnxGraph): void {
  const groups = new Map<string, Operation[]>();
  for (const operation of graph.operations.filter(isPointwise)) {
    const rectified = soleRelu(graph, operation) !== undefined;
    const key = JSON.stringify([operation.inputs[0], operation.attributes.strides, rectified]);
    groups.set(key, [...(groups.get(key) ?? []), operation]);
  }
  for (const siblings of groups.values()) if (siblings.length > 1) merge(graph, siblings);
  graph.prune();
}

function isPointwise({ type, attributes }: Operation): boolean {
  const { kernel_shape: kernel, pads, group } = attributes;
  return type === 'Conv' && group === 1 && [kernel].flat().every((side) => side === 1) && [pads].flat().every((length) => length === 0);
}

function soleRelu(graph: OnnxGraph, { outputs }: Operation): Operation | undefined {
  const next = graph.soleConsumer(outputs[0]);
  return next?.type === 'Relu' ? next : undefined;
}

/** Puts the merged operations where the first of the siblings stood. */
function merge(graph: OnnxGraph, siblings: readonly Operation[]): void {
  const [first] = siblings;
  const kernels = siblings.map(({ inputs }) => graph.weights(inputs[1]) as Weights);
  const widths = kernels.map(({ dims }) => dims[0]);
  const biases = siblings.map(({ inputs }, at) => graph.weights(inputs[2]) ?? zeros(widths[at]));
  const relus = siblings.map((sibling) => soleRelu(graph, sibling));
  const name = graph.unique(`${first.name}/merged`);
  const inputs = [
    first.inputs[0],
    graph.addConstant(`${name}/kernel`, stacked(kernels)),
    graph.addConstant(`${name}/bias`, stacked(biases)),
  ];
  const merged: Operation[] = [{ ...first, name, inputs, outputs: [name] }];
  const ends = relus.map((relu, at) => relu ?? siblings[at]);
  if (relus[0]) merged.push({ ...relus[0], name: graph.unique(`${name}/relu`), inputs: [name], outputs: [graph.unique(`${name}/relu`)] });
  merged.push({
    name: graph.unique(`${name}/split`),
    type: 'Split',
    inputs: [merged[merged.length - 1].outputs[0], graph.addConstant(`${name}/widths`, integers(widths))],
    outputs: ends.map(({ outputs }) => outputs[0]),
    attributes: { axis: 1 },
  });
  const replaced = new Set<Operation>([...siblings, ...ends]);
  graph.operations = graph.operations.flatMap((operation) => (operation === first ? merged : replaced.has(operation) ? [] : [operation]));
}
