import { trainingReportHtml, type TrainingReportContent } from '../../src/explain/report.js';
import { networkSpec } from '../../src/spec/networkSpec.js';
import { brokenMarkup } from './brokenMarkup.js';
import { evaluationOf, trainingOf } from './sampleRun.js';

const classes = ['animals', 'food', 'people', 'places'];
const confusion = [
  [88, 5, 9, 2],
  [4, 101, 2, 6],
  [11, 3, 99, 1],
  [5, 9, 2, 61],
];
const evaluation = evaluationOf(confusion, classes);
const picture = { pixels: new Uint8Array(8 * 8 * 3).fill(200), height: 8, width: 8 };
const predictions = [
  { label: 'food', probability: 0.714 },
  { label: 'people', probability: 0.2 },
];
const full: TrainingReportContent = {
  title: 'Four classes',
  lead: 'A small GoogLeNet.',
  settings: [{ name: 'backend', value: 'wasm' }],
  spec: networkSpec('googlenet', { variant: 'paper' }),
  training: trainingOf([1.25, 0.9, 0.75], evaluation),
  evaluation,
  baselines: [{ name: 'logistic regression', top1: 0.5125 }],
  classified: [
    { name: 'one.png', picture, truth: 'food', predictions },
    { name: 'two.png', picture, truth: 'people', predictions },
    { name: 'three.png', picture, predictions },
  ],
  heldOut: {
    sample: [{ name: 'a', picture, truth: 'food', predictions }],
    mistakes: [{ name: 'b', picture, truth: 'places', predictions }],
  },
  provenance: {
    note: 'Artwork, not photographs.',
    sources: [
      { name: 'Noto Emoji', license: 'Apache-2.0', url: 'https://example.org/?a=1&b=2' },
      { name: 'Own', license: 'CC0-1.0', url: 'javascript:alert(1)' },
    ],
  },
};

/** The page with plain spaces: those before a percent sign do not break. */
const pageOf = (content: TrainingReportContent): string => trainingReportHtml(content).replaceAll('\u00a0', ' ');

describe('trainingReportHtml', () => {
  const page = pageOf(full);

  it('is one page with every tag closed in its order and every attribute quoted', () => {
    expect(page.startsWith('<!doctype html>')).toBe(true);
    expect(brokenMarkup(page)).toBeUndefined();
    expect(page.match(/<h1>/g)).toHaveLength(1);
  });

  it('loads nothing and runs nothing: no script, no address but data and a link, and a policy that says so', () => {
    expect(page).not.toMatch(/<(?:script|link|iframe|object|embed|base)\b/i);
    expect(page).not.toMatch(/\son[a-z]+=/i);
    expect(page).not.toMatch(/url\(|@import/i);
    expect([...page.matchAll(/src="([^"]{0,14})/g)].map(([, start]) => start)).toEqual(Array(5).fill('data:image/png'));
    expect([...page.matchAll(/href="([^#"][^"]*)"/g)].map(([, address]) => address)).toEqual(['https://example.org/?a=1&amp;b=2']);
    expect(page).toContain(`default-src 'none'; img-src data:; style-src 'unsafe-inline'`);
  });

  it.each([
    { what: 'top-1 of 349 right in 408', text: '<strong>85.5 %</strong>' },
    { what: 'its 95 % interval', text: 'between 81.8 % and 88.6 %' },
    { what: 'the commonest class, 114 of 408', text: '27.9 %' },
    { what: 'the logistic regression', text: '51.2 %' },
    { what: 'held-out cross-entropy', text: '0.613 nats' },
    { what: 'recall of animals, 88 of 104', text: '84.6 %' },
    { what: 'precision of animals, 88 of 108', text: '81.5 %' },
    { what: "the paper's parameters", text: '6,998,552' },
    { what: "the paper's multiply-adds", text: '1,582,671,872' },
    { what: 'the parameters of inception_3a', text: '163,696' },
    { what: 'the output of inception_5b', text: '7×7×1024' },
    { what: 'the share of inception_3a, 128,049,152 multiply-adds', text: '8.1 %' },
    { what: 'the last training loss, of the main head alone', text: '0.750' },
    { what: 'steps and time', text: '3,702 steps, 2 min 5 s' },
    { what: 'the engine', text: 'graph, compiled in 0.4 s' },
    { what: 'the schedule', text: 'step, factor 0.96, every epochs 8' },
    { what: 'a probability', text: '71.4 %' },
  ])('says $what: $text', ({ text }) => {
    expect(page.replace(/\s+/g, ' ')).toContain(text);
  });

  it('says right and wrong in words, 2 pictures right, 2 wrong, 1 not known', () => {
    expect(page.match(/✓ right: food/g)).toHaveLength(2);
    expect(page.match(/✗ wrong: it is (?:people|places)/g)).toHaveLength(2);
    expect(page.match(/true class unknown/g)).toHaveLength(1);
  });

  it('gives every picture an alternative text, every table a caption and both charts a description', () => {
    const images = page.match(/<img\b[^>]*>/g) ?? [];
    expect(images).toHaveLength(5);
    expect(images.every((image) => /\salt="[^"]+"/.test(image))).toBe(true);
    expect(page.match(/<table\b/g)?.length).toBe(page.match(/<caption\b/g)?.length);
    expect(page).toContain('aria-label="Loss by epoch. training from 1.250 at epoch 1 to 0.750 at epoch 3; validation from 0.613');
    expect(page).toContain('aria-label="Accuracy (top-1) by epoch. training from 0.0 % at epoch 1 to 66.7 % at epoch 3;');
  });

  it('shows only what is given: evaluation alone makes a page without network, training or pictures', () => {
    const bare = trainingReportHtml({ title: 'Bare', settings: [], evaluation });
    expect(brokenMarkup(bare)).toBeUndefined();
    expect([...bare.matchAll(/<h2 id="[^"]*">([^<]*)/g)].map(([, heading]) => heading)).toEqual([
      'Result',
      'Which classes are taken for which',
      'Calibration',
    ]);
    expect(bare.length).toBeLessThan(25_000);
  });

  it('shows the heads of a network that has several, and none where there is one', () => {
    const heads = { main: evaluation.heads.main, auxiliary_4a: { loss: 0.8, top1: 0.7011, top5: 0.99 } };
    const several = pageOf({ title: 'Heads', settings: [], evaluation: { ...evaluation, heads } });
    expect(several).toContain('auxiliary_4a');
    expect(several).toContain('70.1 %');
    expect(page).not.toContain('Each classifier of the network');
  });

  it('escapes labels, names and settings: none of 12 places lets markup through', () => {
    const evil = `"><script>alert('x')</script>&amp;`;
    const hostile = trainingReportHtml({
      ...full,
      title: evil,
      lead: evil,
      settings: [{ name: evil, value: evil }],
      evaluation: evaluationOf(confusion, [evil, ...classes.slice(1)]),
      baselines: [{ name: evil, top1: 0.5 }],
      classified: [{ name: evil, picture, truth: evil, predictions: [{ label: evil, probability: 1 }] }],
      provenance: { note: evil, sources: [{ name: evil, license: evil, url: `https://example.org/${evil}` }] },
    });
    expect(brokenMarkup(hostile)).toBeUndefined();
    expect(hostile).not.toContain('<script');
    expect(hostile.split('&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;amp;').length - 1).toBeGreaterThanOrEqual(12);
  });

  it.each([
    { what: 'one epoch', content: { ...full, training: trainingOf([0.5], evaluation) } },
    { what: 'one epoch without validation', content: { ...full, training: trainingOf([0.5]) } },
    { what: 'a loss that is NaN throughout', content: { ...full, training: trainingOf([NaN, NaN, NaN]) } },
    { what: 'a loss that becomes NaN and infinite', content: { ...full, training: trainingOf([1, NaN, 0.5, Infinity]) } },
    { what: 'one class', content: { ...full, evaluation: evaluationOf([[7]], ['only']) } },
    { what: 'a class without pictures', content: { ...full, evaluation: evaluationOf([[3, 0], [0, 0]], ['some', 'none']) } }, // prettier-ignore
    { what: 'an accuracy that is NaN', content: { ...full, evaluation: { ...evaluation, top1: NaN, loss: NaN } } },
  ])('stays whole with $what, and prints no NaN', ({ content }) => {
    const odd = trainingReportHtml(content);
    expect(brokenMarkup(odd)).toBeUndefined();
    expect(odd).not.toMatch(/NaN|Infinity|undefined|\[object/);
  });

  it('stays under 150 KB with 200 epochs and 50 pictures of 64×64', () => {
    const noise = Uint8Array.from({ length: 64 * 64 * 3 }, (_, index) => (index % 192 < 96 ? 30 : 220));
    const shown = Array.from({ length: 50 }, (_, index) => ({
      name: `${index}.png`,
      picture: { pixels: noise, height: 64, width: 64 },
      truth: 'food',
      predictions,
    }));
    const long = trainingReportHtml({
      ...full,
      training: trainingOf(
        Array.from({ length: 200 }, (_, index) => 1 / (index + 1)),
        evaluation,
      ),
      heldOut: { sample: shown, mistakes: [] },
    });
    expect(brokenMarkup(long)).toBeUndefined();
    expect(Buffer.byteLength(long)).toBeLessThan(150_000);
  });

  it('lists the 30 commonest confusions instead of a table for 100 classes', () => {
    const many = Array.from({ length: 100 }, (_, index) => `class ${index}`);
    const counts = many.map((_, row) =>
      many.map((_, column) => (row === column ? 50 : row === 3 && column === 17 ? 41 : (row * column) % 3)),
    );
    const wide = trainingReportHtml({ title: 'Many', settings: [], evaluation: evaluationOf(counts, many) });
    expect(brokenMarkup(wide)).toBeUndefined();
    expect(wide).toContain('The 30 commonest confusions among 100 classes');
    expect(wide.replace(/\s+/g, '')).toContain('<thscope="row">class3</th><td>class17</td><tdclass="number">41</td>');
    expect(wide.length).toBeLessThan(80_000);
  });

  it('refuses a picture that is no picture', () => {
    const broken = { name: 'x', picture: Uint8Array.of(1, 2, 3), truth: 'food', predictions };
    expect(() => trainingReportHtml({ ...full, classified: [broken] })).toThrow(
      expect.objectContaining({
        code: 'UNREADABLE_IMAGE',
        message: expect.stringContaining('expected the bytes of a PNG, JPEG, GIF or WebP file'),
      }),
    );
    const short = { name: 'x', picture: { pixels: new Uint8Array(5), height: 8, width: 8 }, predictions };
    expect(() => trainingReportHtml({ ...full, classified: [short] })).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', message: 'pictureUri.pixels: expected 8 × 8 × 3 values, got 5.' }),
    );
  });
});
