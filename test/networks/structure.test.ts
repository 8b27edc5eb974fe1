import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unfilled } from './publishedBuilders.js';

/** What a saved model hangs on: one entry a layer, in building order. */
interface LayerFacts {
  readonly name: string;
  readonly className: string;
  readonly outputShape: unknown;
  readonly parameters: number;
}

const COMMAND = 'UPDATE_GOLDENS=1 npm test -- test/networks/structure';

/** The golden layers, after bringing them up to date where the caller of the test asks for it. */
function goldenLayers(name: string, facts: readonly LayerFacts[]): LayerFacts[] {
  const file = join(__dirname, 'golden', `${name}.json`);
  if (process.env.UPDATE_GOLDENS === '1') {
    const lines = facts.map((layer) => JSON.stringify(layer));
    writeFileSync(file, `[\n  ${lines.join(',\n  ')}\n]\n`);
  }
  if (!existsSync(file)) throw new Error(`test/networks/golden/${name}.json is missing. Make it with: ${COMMAND}`);
  return JSON.parse(readFileSync(file, 'utf8')) as LayerFacts[];
}

/** Nothing, or what differs line by line and how to accept it. */
function differences(golden: readonly LayerFacts[], facts: readonly LayerFacts[]): string[] {
  const [before, after] = [golden, facts].map((layers) => layers.map((layer) => JSON.stringify(layer)));
  const gone = before.filter((line) => !after.includes(line)).map((line) => `- ${line}`);
  const added = after.filter((line) => !before.includes(line)).map((line) => `+ ${line}`);
  const moved = after.filter((line, index) => before.includes(line) && before[index] !== line).map((line) => `moved ${line}`);
  const found = gone.length + added.length > 0 ? [...gone, ...added] : moved;
  return found.length === 0 ? [] : [`Saved weights key on layer names. If this is meant: ${COMMAND}`, ...found];
}

/** Every network as its default variant at its published size and 1000 classes, with the heads it has; GoogLeNet also as in its paper. */
const STRUCTURES = [
  { file: 'googlenet_batchnorm', network: 'googlenet', options: { auxiliaryHeads: true } },
  { file: 'googlenet_paper', network: 'googlenet', options: { variant: 'paper', auxiliaryHeads: true } },
  { file: 'inception-v2_slim', network: 'inception-v2', options: {} },
  { file: 'inception-v3_keras', network: 'inception-v3', options: { auxiliaryHeads: true } },
  { file: 'inception-v4_timm', network: 'inception-v4', options: { auxiliaryHeads: true } },
  { file: 'inception-resnet-v1_paper', network: 'inception-resnet-v1', options: {} },
  { file: 'inception-resnet-v2_keras', network: 'inception-resnet-v2', options: { auxiliaryHeads: true } },
  { file: 'xception_keras', network: 'xception', options: {} },
] as const;

describe('the structure of each network, layer by layer', () => {
  it.each(STRUCTURES)('$network, $options, is as in golden/$file.json', ({ file, network, options }) => {
    const model = unfilled(network, options);
    const facts = model.layers.map((layer) => ({
      name: layer.name,
      className: layer.getClassName(),
      outputShape: layer.outputShape,
      parameters: layer.countParams(),
    }));
    model.dispose();
    expect(differences(goldenLayers(file, facts), facts)).toEqual([]);
  });

  it('a layer renamed, moved or missing is a difference, shown with the command that accepts it', () => {
    const facts: LayerFacts[] = ['a', 'b', 'c'].map((name) => ({ name, className: 'Conv2D', outputShape: [null, 1], parameters: 2 }));
    const [a, b, c] = facts;
    const line = (name: string): string => `{"name":"${name}","className":"Conv2D","outputShape":[null,1],"parameters":2}`;
    const advice = `Saved weights key on layer names. If this is meant: ${COMMAND}`;
    expect(differences(facts, [a, { ...b, name: 'd' }, c])).toEqual([advice, `- ${line('b')}`, `+ ${line('d')}`]);
    expect(differences(facts, [a, c, b])).toEqual([advice, `moved ${line('c')}`, `moved ${line('b')}`]);
    expect(differences(facts, [a, b])).toEqual([advice, `- ${line('c')}`]);
    expect(differences(facts, [a, { ...b, parameters: 3 }, c])).toHaveLength(3);
    expect(differences(facts, facts)).toEqual([]);
  });

  it('a missing file is named with the command that makes it', () => {
    if (process.env.UPDATE_GOLDENS === '1') return;
    expect(() => goldenLayers('no_such_network', [])).toThrow(
      `test/networks/golden/no_such_network.json is missing. Make it with: ${COMMAND}`,
    );
  });
});
