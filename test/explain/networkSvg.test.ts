import { costedSpec } from '../../src/cost/costedSpec.js';
import fc from 'fast-check';
import sharp from 'sharp';
import { networkDrawing } from '../../src/explain/networkDrawing.js';
import { networkLayout } from '../../src/explain/networkLayout.js';
import { networkPng } from '../../src/explain/networkPng.js';
import { networkPicture, networkSvg } from '../../src/explain/networkSvg.js';
import { textWidth } from '../../src/explain/textWidth.js';
import { networkSpec } from '../../src/spec/networkSpec.js';
import { spellShape } from '../../src/spec/shapeRow.js';
import { traceShapes } from '../../src/spec/traceShapes.js';
import type { NetworkSpec, Step } from '../../src/spec/types.js';
import { specOfSteps } from '../spec/anySpec.js';
import { brokenMarkup } from './brokenMarkup.js';
import { drawableSpec } from './drawableSpec.js';

const HOSTILE = `<script>alert("x")</script> & 'y' ]]> -->`;

const textsOf = (svg: string): string[] => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);

describe('networkSvg', () => {
  it('is one well-formed element for any network, and the same for the same network', () => {
    fc.assert(
      fc.property(fc.nat(), fc.boolean(), (seed, fold) => {
        const svg = networkSvg(drawableSpec(seed), { fold });
        expect(brokenMarkup(svg)).toBeUndefined();
        expect(svg).toMatch(/^<svg [^<]*<\/?title>/);
        expect(networkSvg(drawableSpec(seed), { fold })).toBe(svg);
      }),
      { numRuns: 50, seed: 3 },
    );
  });

  it('writes the shapes of traceShapes on the arrows between the stages of GoogLeNet and of its heads, in order', () => {
    const spec = networkSpec('googlenet', { auxiliaryHeads: true });
    const shapes = new Map(traceShapes(spec).map(({ name, inputShape }) => [name, spellShape(inputShape)]));
    const { stages, heads } = networkDrawing(costedSpec(spec), true);
    const intoModule = (name: string): string => shapes.get(`${name}_1x1`)!;
    const expected = [...stages.slice(1), ...heads.flatMap((head) => head.stages)].map((stage) =>
      'branches' in stage ? intoModule(stage.id) : shapes.get(stage.id)!,
    );
    const labels = networkLayout({ stages, heads }).lines.flatMap(({ label }) => (label ? [label.text] : []));
    expect(labels.sort()).toEqual(expected.sort());
    expect(textsOf(networkSvg(spec)).filter((text) => text === '14×14×512')).toHaveLength(3 + 1);
  });

  it('says what the network is: name, variant, input, classes, parameters and multiply-adds with and without heads, source', () => {
    const texts = textsOf(networkSvg(networkSpec('googlenet', { variant: 'paper', auxiliaryHeads: true }))).join('\n');
    for (const text of [
      ...['googlenet (paper)', 'input 224×224×3, 1,000 classes', '6,998,552 trainable parameters, 1,582,671,872 multiply-adds'],
      ...['with auxiliary heads: 13,378,280 trainable parameters', 'each convolution: convolution, ReLU; bias', 'after arXiv:1409.4842'],
    ]) {
      expect(texts).toContain(text);
    }
  });

  it('explains the kinds of boxes that it holds, and no others', () => {
    const legend = (name: string): string[] =>
      textsOf(networkSvg(networkSpec(name))).filter((text) =>
        /^((separable )?convolution|(max|average) pool|dense layer|dropout \(.*)$/.test(text),
      );
    expect(legend('googlenet')).toEqual(['convolution', 'max pool', 'average pool', 'dense layer', 'dropout (in training only)']);
    expect(legend('xception')).toEqual(['convolution', 'separable convolution', 'max pool', 'average pool', 'dense layer']);
  });

  it('folds 40 blocks of Inception-ResNet v2 into three frames with ×10, ×20 and ×9, a fifth of its height', () => {
    const spec = networkSpec('inception-resnet-v2', { variant: 'keras' });
    expect(textsOf(networkSvg(spec)).filter((text) => /^×\d+$/.test(text))).toEqual(['×10', '×20', '×9']);
    const [folded, unfolded] = [true, false].map((fold) => networkPicture(spec, { fold }, 'test').height);
    expect(folded / unfolded).toBeLessThan(0.2);
  });

  it('escapes every text that comes from a spec, keeps titles on one line and wraps a long source', () => {
    const spec: NetworkSpec = { ...networkSpec('googlenet'), variant: HOSTILE, source: `${HOSTILE} `.repeat(9) };
    const svg = networkSvg(spec);
    expect(brokenMarkup(svg)).toBeUndefined();
    expect(svg).not.toContain('<script');
    expect(textsOf(svg)[0]).toContain('googlenet (&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;y&#39;');
    expect(networkPicture(spec, {}, 'test').width).toBe(networkPicture(networkSpec('googlenet'), {}, 'test').width);
  });

  it('has no text below 12 pixels, and is white behind', () => {
    const svg = networkSvg(networkSpec('inception-v3'));
    expect(Math.min(...[...svg.matchAll(/font-size="([\d.]+)"/g)].map(([, size]) => Number(size)))).toBe(12);
    const { width, height } = networkPicture(networkSpec('inception-v3'), {}, 'test');
    expect(svg).toContain(`<rect width="${width}" height="${height}" fill="#ffffff"/>`);
  });

  it('takes a model for its spec', () => {
    const spec = networkSpec('googlenet');
    expect(networkSvg({ spec })).toBe(networkSvg(spec));
  });
});

describe('textWidth is enough for the words of a picture, whichever font shows them', () => {
  /** Pixels that librsvg needs for a line. */
  async function inked(text: string, font: string, bold: boolean): Promise<number> {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="900" height="40"><rect width="900" height="40" fill="#fff"/><text x="10" y="25" font-size="14" font-family="${font}"${bold ? ' font-weight="bold"' : ''}>${text}</text></svg>`;
    const { info } = await sharp(Buffer.from(svg)).flatten({ background: '#fff' }).trim().toBuffer({ resolveWithObject: true });
    return info.width;
  }

  const WORDS = [
    '3×3, 384 /2 valid',
    'concat 64 + 128 + 32 + 32',
    'sep 7×7, 64 /2, depth ×8',
    'dense 1000, softmax',
    'inception_3a',
    'WWMMmmww',
  ];

  it.each(['Arial', 'Helvetica', 'Liberation Sans', 'DejaVu Sans', 'sans-serif'])('%s, regular and bold', async (font) => {
    for (const text of WORDS) {
      for (const bold of [false, true]) {
        const [needed, given] = [await inked(text, font, bold), textWidth(text, 14, { bold })];
        expect({ text, fits: needed <= given + 1, drawn: needed > 20 }).toEqual({ text, fits: true, drawn: true });
      }
    }
  });
});

describe('networkPng', () => {
  it('draws the SVG at its own size, on white, with ink on a twentieth of it or more', async () => {
    const spec = networkSpec('inception-v3', { auxiliaryHeads: true });
    const { data, width, height, scale } = await networkPng(spec);
    const { svg, ...size } = networkPicture(spec, {}, 'test');
    expect({ width, height, scale }).toEqual({ ...size, scale: 1 });
    expect(svg).toContain('mixed_7c');
    const { data: pixels, info } = await sharp(data).removeAlpha().greyscale().raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height, pixels[0]]).toEqual([width, height, 255]);
    expect(pixels.filter((value) => value < 255).length / pixels.length).toBeGreaterThan(0.05);
  });

  it('scales a picture of more than 32,767 pixels down to that, and says by how much', async () => {
    const trunk = Array.from({ length: 450 }, (_, index): Step => ({ op: 'relu', name: `relu${index}` }));
    const spec = specOfSteps(trunk, [9, 9, 3]);
    const whole = networkPicture(spec, {}, 'test');
    const { data, width, height, scale } = await networkPng(spec);
    expect(whole.height).toBeGreaterThan(33_000);
    expect([height, scale]).toEqual([32_767, 32_767 / whole.height]);
    expect(Math.abs(width - whole.width * scale)).toBeLessThanOrEqual(1);
    expect((await sharp(data, { limitInputPixels: false }).metadata()).height).toBe(32_767);
  });
});
