import { expectedGot } from '../../errors.js';

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

/** Where a tensor comes from: layer, which of its calls, which of that call's outputs. */
type TensorReference = readonly [layer: string, call: number, tensor: number, ...rest: unknown[]];

interface LayerJson {
  readonly name: string;
  readonly class_name: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly inbound_nodes: readonly (readonly TensorReference[])[];
}

interface ModelConfig {
  readonly name: string;
  readonly layers: readonly LayerJson[];
  readonly input_layers: readonly TensorReference[];
  readonly output_layers: readonly TensorReference[];
}

const MODEL_CLASSES: readonly unknown[] = ['Model', 'Functional', 'Sequential'];

/**
 * Reads a model's topology: models within it are laid open, and what the outputs do not need is left out.
 *
 * @param where For messages.
 * @param outputs Names of layers whose output is wanted. Default the model's own.
 * @throws InceptionError `INVALID_ARGUMENT` for an output that names no layer.
 */
export function layerGraph(where: string, topology: unknown, outputs?: readonly string[]): LayerGraph {
  const config = functionalConfig(topology);
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
  private readonly layers: ReadonlyMap<string, LayerJson>;
  private readonly found = new Map<string, LayerCall>();
  private readonly nested = new Map<string, Scope>();

  /**
   * @param path The names of the models that this one is nested in, and its own; empty for the outermost.
   * @param given What a nested model's inputs stand for.
   * @param calls Where every call goes, behind those it depends on.
   */
  constructor(
    private readonly config: ModelConfig,
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
      for (let index = 0; index < calls; index++) this.resolve([layer.name, index + firstCall(layer), 0]);
    }
  }

  resolve([name, index, tensor]: TensorReference): LayerCall {
    const layer = this.layers.get(name) as LayerJson;
    const own = this.given?.[this.config.input_layers.findIndex(([input]) => input === name)];
    if (own) return own;
    if (!MODEL_CLASSES.includes(layer.class_name)) return this.remembered(`${name}/${index}`, () => this.call(layer, index));
    const inner = this.nestedScope(layer, index - firstCall(layer));
    return inner.resolve(inner.config.output_layers[tensor]);
  }

  /** The output of a layer's first call. */
  firstOutput(where: string, name: string): TensorReference {
    const layer = this.layers.get(name);
    if (layer) return [name, firstCall(layer), 0];
    throw expectedGot('INVALID_ARGUMENT', `${where}.outputs`, `names of layers of '${this.config.name}'`, name);
  }

  private call({ name, class_name: className, config, inbound_nodes: nodes }: LayerJson, index: number): LayerCall {
    const inputs = (nodes[index] ?? []).map((reference) => this.resolve(reference));
    const call = { path: [...this.path, name], className, config, inputs };
    this.calls.push(call);
    return call;
  }

  private nestedScope(layer: LayerJson, index: number): Scope {
    const key = `${layer.name}/${index}`;
    const known = this.nested.get(key);
    if (known) return known;
    const inputs = layer.inbound_nodes[index].map((reference) => this.resolve(reference));
    const scope = new Scope(functionalConfig(layer), [...this.path, layer.name], inputs, this.calls);
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

/** A model's call 0 is the one that made it; those within another model follow. */
function firstCall(layer: LayerJson): number {
  return MODEL_CLASSES.includes(layer.class_name) ? 1 : 0;
}

/** A model's configuration; a Sequential's as that of a chain. */
function functionalConfig(model: unknown): ModelConfig {
  const { class_name: className, config } = model as { class_name: string; config: ModelConfig };
  return className === 'Sequential' ? chainConfig(config) : config;
}

function chainConfig({ name, layers }: ModelConfig): ModelConfig {
  const named = layers.map((layer) => ({ ...layer, name: layer.config.name as string }));
  const input: LayerJson = { name: `${name}_input`, class_name: 'InputLayer', config: inputConfig(named[0]), inbound_nodes: [] };
  const chain = named[0].class_name === 'InputLayer' ? named : [input, ...named];
  const reference = (layer: LayerJson): TensorReference => [layer.name, firstCall(layer), 0];
  const linked = chain.map((layer, at) => ({ ...layer, inbound_nodes: at === 0 ? [] : [[reference(chain[at - 1])]] }));
  return { name, layers: linked, input_layers: [reference(chain[0])], output_layers: [reference(chain[chain.length - 1])] };
}

/** What a Sequential takes, as its first layer has it, which may itself be a model. */
function inputConfig(first: LayerJson): LayerJson['config'] {
  if (!MODEL_CLASSES.includes(first.class_name)) return first.config;
  const { layers, input_layers: inputs } = functionalConfig(first);
  return (layers.find(({ name }) => name === inputs[0][0]) as LayerJson).config;
}
