import { expectedGot } from '../../errors.js';
import {
  firstCall,
  isModel,
  topologyGraph,
  type TopologyInput,
  type TopologyGraph,
  type TopologyLayer,
} from '../topology/modelTopology.js';

/** A layer applied once: one with several inputs from the model has several of these, which share its weights. */
export interface LayerCall {
  /** The layer's name under those of the models it is nested in, the outermost first. */
  readonly path: readonly string[];
  readonly className: string;
  /** With Python's names, as `model.toJSON(undefined, false)` has them. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly inputs: readonly LayerCall[];
}

/** A model without nesting. */
export interface LayerGraph {
  readonly name: string;
  /** In an order in which each stands behind its inputs; only those that an output depends on. */
  readonly calls: readonly LayerCall[];
  /** In the model's order, whether or not an output depends on them. */
  readonly inputs: readonly LayerCall[];
  /** Under their layers' names, in the order asked for. */
  readonly outputs: readonly { readonly name: string; readonly call: LayerCall }[];
}

/**
 * Reads a model's topology: models within it are laid open, and what the outputs do not need is left out.
 *
 * @param where For messages.
 * @param outputs Names of layers whose output is wanted. Default the model's own.
 * @throws InceptionError `INVALID_ARGUMENT` for an output that names no layer.
 */
export function layerGraph(where: string, topology: unknown, outputs?: readonly string[]): LayerGraph {
  const config = topologyGraph(topology as TopologyLayer);
  const calls: LayerCall[] = [];
  const scope = new Scope(config, [], undefined, calls);
  scope.resolveAll();
  const wanted = outputs?.map((name) => scope.firstOutput(where, name)) ?? config.output_layers;
  const resolved = wanted.map((reference) => ({ name: reference[0], call: scope.resolve(reference) }));
  const inputs = config.input_layers.map((reference) => scope.resolve(reference));
  const needed = new Set([...inputs, ...resolved.map(({ call }) => call)]);
  for (const call of [...calls].reverse()) if (needed.has(call)) for (const input of call.inputs) needed.add(input);
  return { name: config.name, calls: calls.filter((call) => needed.has(call)), inputs, outputs: resolved };
}

/** The layers of one model, and what was found to be applied of them. */
class Scope {
  private readonly layers: ReadonlyMap<string, TopologyLayer>;
  private readonly found = new Map<string, LayerCall>();
  private readonly nested = new Map<string, Scope>();

  /**
   * @param path The names of the models that this one is nested in, and its own; empty for the outermost.
   * @param given What a nested model's inputs stand for.
   * @param calls Where every call goes, behind those it depends on.
   */
  constructor(
    private readonly config: TopologyGraph,
    private readonly path: readonly string[],
    private readonly given: readonly LayerCall[] | undefined,
    private readonly calls: LayerCall[],
  ) {
    this.layers = new Map(config.layers.map((layer) => [layer.name, layer]));
  }

  /** Layers stand behind those they depend on, so that however long a chain is, resolving one never goes far back. */
  resolveAll(): void {
    for (const layer of this.config.layers) {
      const calls = layer.class_name === 'InputLayer' ? 1 : layer.inbound_nodes.length;
      for (let index = 0; index < calls; index++) this.resolve([layer.name, index + firstCall(layer.class_name), 0]);
    }
  }

  resolve([name, index, tensor]: TopologyInput): LayerCall {
    const layer = this.layers.get(name) as TopologyLayer;
    const own = this.given?.[this.config.input_layers.findIndex(([input]) => input === name)];
    if (own) return own;
    if (!isModel(layer.class_name)) return this.remembered(`${name}/${index}`, () => this.call(layer, index));
    const inner = this.nestedScope(layer, index - firstCall(layer.class_name));
    return inner.resolve(inner.config.output_layers[tensor]);
  }

  /** The output of a layer's first call. */
  firstOutput(where: string, name: string): TopologyInput {
    const layer = this.layers.get(name);
    if (layer) return [name, firstCall(layer.class_name), 0];
    throw expectedGot('INVALID_ARGUMENT', `${where}.outputs`, `names of layers of '${this.config.name}'`, name);
  }

  private call({ name, class_name: className, config, inbound_nodes: nodes }: TopologyLayer, index: number): LayerCall {
    const inputs = (nodes[index] ?? []).map((reference) => this.resolve(reference));
    const call = { path: [...this.path, name], className, config, inputs };
    this.calls.push(call);
    return call;
  }

  private nestedScope(layer: TopologyLayer, index: number): Scope {
    const key = `${layer.name}/${index}`;
    const known = this.nested.get(key);
    if (known) return known;
    const inputs = layer.inbound_nodes[index].map((reference) => this.resolve(reference));
    const scope = new Scope(topologyGraph(layer), [...this.path, layer.name], inputs, this.calls);
    this.nested.set(key, scope);
    scope.resolveAll();
    return scope;
  }

  private remembered(key: string, make: () => LayerCall): LayerCall {
    const call = this.found.get(key) ?? make();
    this.found.set(key, call);
    return call;
  }
}
