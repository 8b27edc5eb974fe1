import fc from 'fast-check';
import { Html } from '../../src/explain/html.js';
import { trainingReportHtml } from '../../src/explain/report.js';
import { brokenMarkup } from './brokenMarkup.js';
import { fullContent } from './fullContent.js';
import { evaluationOf, trainingOf } from './sampleRun.js';

const textOf = (page: string): string => page.replace(/<style>.*?<\/style>/s, '').replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' '); // prettier-ignore

/** Texts that are not shown as they are: they choose among our own words. */
const OWN_WORDS = new Set(['kind', 'side', 'op', 'order', 'padding', 'url', 'sign']);

/** The same content with every text of the caller's, keys of settings included, made hostile. */
function withText<Value>(value: Value, hostile: (text: string) => string): Value {
  if (typeof value === 'string') return hostile(value) as Value;
  if (Array.isArray(value)) return value.map((entry: unknown) => withText(entry, hostile)) as Value;
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array || value instanceof Html) return value;
  const entries = Object.entries(value).map(([key, entry]: [string, unknown]) => [
    key,
    OWN_WORDS.has(key) ? entry : withText(entry, hostile),
  ]);
  return Object.fromEntries(entries) as Value;
}

describe('trainingReportHtml with every section', () => {
  const page = trainingReportHtml(fullContent);

  it('has 12 sections, each with a heading that the contents lead to', () => {
    expect(brokenMarkup(page)).toBeUndefined();
    const ids = [...page.matchAll(/<h2 id="([^"]*)"/g)].map(([, id]) => id);
    expect(ids).toEqual([
      ...['result', 'which-classes-are-taken-for-which', 'worst-mistakes', 'calibration', 'pictures-classified', 'held-out-pictures'],
      ...['data', 'training', 'network', 'settings', 'to-repeat-this-run', 'where-the-pictures-come-from'],
    ]);
    expect([...page.matchAll(/href="#([^"]*)"/g)].map(([, id]) => id)).toEqual(ids);
  });

  it.each([
    {
      what: 'the command, quoted',
      says: 'npx inception train &#39;Anna&#39;\\&#39;&#39;s photos&#39; --out &#39;a model&#39; --minutes 20',
    },
    {
      what: 'the best epoch, by averaged weights',
      says: 'Epoch 17 was the best on the validation pictures (73.3 % with averaged weights)',
    },
    { what: 'the early end', says: 'Training ended before its 40 epochs: validation had not got better for 3 epochs.' },
    { what: 'resumptions, step 3000 of 24,680 being epoch 2.4', says: 'R went on from a checkpoint after epoch 2.4, 2.5, 12.2' },
    { what: 'phases', says: 'P2 phase 2 begins after epoch 5' },
    { what: 'what each phase learned at', says: 'freeze to trunk, learning rate 0.1' },
    { what: 'batch norm measured anew', says: 'statistics were measured anew (top-1 72.1 % before, 72.1 % after) and kept.' },
    { what: 'the file that could not be read', says: 'photos/class 3/broken &amp; &lt;torn&gt;.jpg : The file ends too early.' },
    { what: 'a conflict of labels', says: '2 pictures of the same bytes : of several classes, on both sides of the split' },
    { what: 'a picture that has gone', says: 'cannot be read any more' },
    { what: 'the activations of the whole network', says: '25.5 MiB of activations a picture' },
  ])('says $what', ({ says }) => {
    expect(textOf(page)).toContain(says);
  });

  it('draws a curve for training, validation and averaged weights in both charts, and one for rate and gradient', () => {
    expect(page.match(/<polyline/g)).toHaveLength(3 + 3 + 1 + 1);
    expect(page).toContain('aria-label="Learning rate by epoch. learning rate from 0.1 at epoch 1');
    expect(page).toContain('aria-label="Gradient by epoch. gradient length from 3 at epoch 1');
  });

  it('lets no text of the caller become markup: 30 texts, each in all of over 100 places', () => {
    const pieces = fc.constantFrom(
      '<script>',
      '</style>',
      '"><img src=x onerror=alert(1)>',
      "'",
      '"',
      '&',
      '<!--',
      ']]>',
      '\u0000',
      '\n',
      '\u202e',
      'x',
    );
    fc.assert(
      fc.property(fc.array(pieces, { minLength: 1, maxLength: 4 }), (parts) => {
        let places = 0;
        const spec = fullContent.spec;
        const hostile = withText({ ...fullContent, spec: undefined }, (text) => {
          places++;
          return `${parts.join('')}${text}`;
        });
        const markup = trainingReportHtml({ ...hostile, spec });
        expect(brokenMarkup(markup)).toBeUndefined();
        expect(markup).not.toMatch(/<(?:script|!--|img src=x)/);
        expect(places).toBeGreaterThan(100);
      }),
      { seed: 4, numRuns: 30 },
    );
  });

  it('shows the exits of a network that can answer early: 20 % saved for 0.5 points of top-1', () => {
    const point = {
      threshold: 0.995,
      top1: 0.715,
      multiplyAdds: 1_266_137_497.4,
      saved: 0.2,
      answeredBy: { auxiliary_4a: 0.4, main: 0.6 },
    };
    const early = trainingReportHtml({ ...fullContent, earlyExit: { multiplyAdds: 1_582_671_872, top1: 0.72, points: [point] } });
    expect(brokenMarkup(early)).toBeUndefined();
    expect(textOf(early)).toContain(
      'never early 72.0 % 1,582,671,872 0.0 % 0.0 % 100.0 % 99.5 % 71.5 % 1,266,137,497 20.0 % 40.0 % 60.0 %',
    );
  });

  it('lists 300 of 10,000 epochs, draws 1,000 and stays under 400 KB', () => {
    const losses = Array.from({ length: 10_000 }, (_, index) => 1 + Math.sin(index));
    const { evaluation } = fullContent;
    const long = trainingReportHtml({ title: 'Long', settings: [], evaluation, training: trainingOf(losses, evaluation) });
    expect(brokenMarkup(long)).toBeUndefined();
    expect(long).toContain('300 of 10000 epochs in numbers');
    expect(textOf(long)).toContain('Of 10,000 epochs 1,000, taken evenly, are drawn.');
    expect(long.match(/points="([^"]*)"/)![1].split(' ')).toHaveLength(1000);
    expect(long.length).toBeLessThan(400_000);
  });

  it('holds 1,000 classes in under 500 KB', () => {
    const classes = Array.from({ length: 1000 }, (_, index) => `class ${index}`);
    const confusion = classes.map((_, row) => classes.map((__, column) => (row === column ? 9 : Number((row * 7 + column) % 501 === 0))));
    const counts = classes.map((_, index) => index + 1);
    const evaluation = evaluationOf(confusion, classes);
    const wide = trainingReportHtml({ title: 'Wide', settings: [], evaluation, data: { classes, train: counts, validation: counts } });
    expect(brokenMarkup(wide)).toBeUndefined();
    expect(wide.length).toBeLessThan(500_000);
  });

  it('shows no section of mistakes where there is none', () => {
    const heldOut = { sample: fullContent.heldOut!.sample, mistakes: [] };
    expect(trainingReportHtml({ ...fullContent, heldOut })).not.toContain('Worst mistakes');
  });
});
