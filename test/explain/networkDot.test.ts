import { instance, type Viz } from '@viz-js/viz';
import fc from 'fast-check';
import { networkDot } from '../../src/explain/networkDot.js';
import { networkSpec } from '../../src/spec/networkSpec.js';
import { namedStepsOf } from '../../src/spec/namedSteps.js';
import { spellShape } from '../../src/spec/shapeRow.js';
import { traceShapes } from '../../src/spec/traceShapes.js';
import type { NetworkSpec } from '../../src/spec/types.js';
import { drawableSpec } from './drawableSpec.js';

interface Parsed {
  readonly name: string;
  readonly label: string;
  readonly objects: readonly { _gvid: number; name: string; label?: string; nodes?: readonly number[] }[];
  readonly edges: readonly { tail: number; head: number; label?: string }[];
}

let viz: Viz;
beforeAll(async () => {
  viz = await instance();
});

/** What Graphviz itself reads in a DOT text, without complaint. */
function parse(dot: string): Parsed {
  const { status, output, errors } = viz.render(dot, { format: 'dot_json' });
  // It estimates how wide × is.
  const complaints = errors.filter(({ message }) => !message.includes('no value for width of non-ASCII character'));
  expect({ status, complaints }).toEqual({ status: 'success', complaints: [] });
  return JSON.parse(output!) as Parsed;
}

const edgesOf = ({ objects, edges }: Parsed): { from: string; to: string; label?: string }[] =>
  edges.map(({ tail, head, label }) => ({
    from: objects[tail].name,
    to: objects[head].name,
    ...(label !== undefined && { label: label.trim() }),
  }));
const nodesOf = ({ objects }: Parsed): string[] => objects.filter(({ nodes }) => nodes === undefined).map(({ name }) => name);

describe('networkDot, read by Graphviz', () => {
  it('has a node for every step of any network, each once, and ends nowhere but at its heads', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const spec = drawableSpec(seed);
        const graph = parse(networkDot(spec, { fold: false }));
        const nodes = nodesOf(graph);
        expect(new Set(nodes).size).toBe(nodes.length);
        expect(nodes).toEqual(expect.arrayContaining(namedStepsOf(spec).map(({ name }) => name)));
        const edges = edgesOf(graph);
        const ends = nodes.filter((node) => !edges.some(({ from }) => from === node));
        const heads = ['main', ...spec.auxiliaryHeads.map(({ name }) => name)].map((head) => `${head}_logits`);
        expect(ends.sort()).toEqual(spec.classes > 0 ? heads.sort() : ['output']);
        expect(nodes.filter((node) => !edges.some(({ to }) => to === node))).toEqual(['input']);
      }),
      { numRuns: 60, seed: 4 },
    );
  });

  it('joins inception_3a as Figure 2(b) of arXiv:1409.4842 does, with the shapes of traceShapes into and out of it', () => {
    const spec = networkSpec('googlenet');
    const edges = edgesOf(parse(networkDot(spec)));
    const shape = (name: string): string => spellShape(traceShapes(spec).find((row) => row.name === name)!.outputShape);
    const fork = 'inception_3a fork';
    expect(edges.filter(({ to }) => to === fork)).toEqual([{ from: 'pool2', to: fork, label: shape('pool2') }]);
    expect(edges.filter(({ from }) => from === fork).map(({ to }) => to)).toEqual(
      ['1x1', '3x3_reduce', '5x5_reduce', 'pool'].map((step) => `inception_3a_${step}`),
    );
    expect(edges.filter(({ to }) => to === 'inception_3a').map(({ from }) => from)).toEqual(
      ['1x1', '3x3', '5x5', 'pool_projection'].map((step) => `inception_3a_${step}`),
    );
    expect(edges.filter(({ from }) => from === 'inception_3a')).toEqual([
      { from: 'inception_3a', to: 'inception_3b fork', label: shape('inception_3a') },
    ]);
  });

  it('adds the input to a residual block, and hangs the head of Inception-ResNet v2 on the twenty blocks before it', () => {
    const edges = edgesOf(parse(networkDot(networkSpec('inception-resnet-v2', { variant: 'keras', auxiliaryHeads: true }))));
    expect(edges.filter(({ to }) => to === 'block17_1').map(({ from }) => from)).toEqual(['block17_1_projection', 'block17_1 fork']);
    expect(edges.filter(({ from }) => from === 'block17_1').map(({ to, label }) => [to, label])).toEqual([
      ['mixed_7a fork', '17×17×1088'],
      ['auxiliary_block17_20_pool', '17×17×1088'],
    ]);
  });

  it('puts a frame round each module, with its cost, and how many it stands for', () => {
    const { objects } = parse(networkDot(networkSpec('inception-resnet-v2', { variant: 'keras' })));
    const frames = objects.filter(({ name }) => name.startsWith('cluster '));
    expect(frames.map(({ name }) => name)).toHaveLength(3 + 4);
    expect(frames.find(({ name }) => name === 'cluster block17_1')!.label).toMatch(
      /^×20: block17_1 … block17_20\\l[\d,]+ parameters each\\l/,
    );
  });

  it('keeps quotes, backslashes, tags and ampersands of a variant what they are, on one line', () => {
    const variant = 'a "quoted" \\N \\l <b>&amp;</b>; } //';
    const spec: NetworkSpec = { ...networkSpec('googlenet'), variant };
    const dot = networkDot(spec);
    const { output } = viz.render(dot, { format: 'svg' });
    expect(output).toContain(`>googlenet (a &quot;quoted&quot; \\N \\l &lt;b&gt;&amp;amp;&lt;/b&gt;; } //)</text>`);
    const graph = parse(dot);
    expect(graph.name).toBe('googlenet');
    expect(nodesOf(graph)).toEqual(nodesOf(parse(networkDot(networkSpec('googlenet')))));
  });
});
