/** The largest network of the family has eight hundred. tfjs goes over all of them as often as layers stand before those they wait for. */
const MAX_LAYERS = 10_000;

/** A layer's entry in a model's topology: `inbound_nodes` names, for each call of it, the calls that it takes its inputs from. */
interface LayerEntry {
  readonly name?: unknown;
  readonly class_name?: unknown;
  readonly config?: unknown;
  readonly inbound_nodes?: unknown;
}

/**
 * Refuses a topology whose layers wait for each other, or for one that is not there: tfjs' deserializer would wait with them for ever.
 *
 * @param config A model's, with those of the models and wrappers within it.
 * @throws Error naming the layers that can never be called.
 */
export function checkLayerGraph(config: unknown): void {
  if (typeof config !== 'object' || config === null) return;
  for (const value of Object.values(config)) checkLayerGraph(value);
  const { layers } = config as { layers?: unknown };
  if (!Array.isArray(layers)) return;
  if (layers.length > MAX_LAYERS) throw new Error(`${layers.length} layers, where ${MAX_LAYERS} are the most`);
  checkCalls((layers as (LayerEntry | null)[]).filter((layer): layer is LayerEntry => Array.isArray(layer?.inbound_nodes)));
}

function checkCalls(layers: readonly LayerEntry[]): void {
  const calls = new Map(layers.map((layer) => [layer.name, isCalledWhenMade(layer) ? 1 : 0]));
  if (calls.size < layers.length) throw new Error('two layers of one name');
  let waiting = layers.map(({ name, inbound_nodes: nodes }) => ({ name, nodes: [...(nodes as unknown[])] }));
  let before: number;
  do {
    before = waiting.reduce((sum, { nodes }) => sum + nodes.length, 0);
    for (const { name, nodes } of waiting) {
      while (nodes.length > 0 && isReady(nodes[0], calls)) {
        nodes.shift();
        calls.set(name, (calls.get(name) ?? 0) + 1);
      }
    }
    waiting = waiting.filter(({ nodes }) => nodes.length > 0);
  } while (waiting.reduce((sum, { nodes }) => sum + nodes.length, 0) < before);
  if (waiting.length > 0)
    throw new Error(`layers that wait for each other or for none: ${waiting.map(({ name }) => String(name)).join(', ')}`);
}

/** Inputs, and models within the model. */
function isCalledWhenMade({ class_name: className, config }: LayerEntry): boolean {
  return className === 'InputLayer' || Array.isArray(config) || Object.hasOwn(Object(config) as object, 'layers');
}

/** A call that takes nothing never happens. */
function isReady(node: unknown, calls: ReadonlyMap<unknown, number>): boolean {
  return (
    Array.isArray(node) &&
    node.length > 0 &&
    node.every((input: unknown) => Array.isArray(input) && Number(input[1]) < (calls.get(input[0]) ?? 0))
  );
}
