import fc from 'fast-check';
import type { InceptionModel } from '../../src/networks/inceptionModel.js';
import { headWeightsAt, headWeightsOf, type HeadWeights } from '../../src/training/headWeights.js';
import { useBackendUnderTest } from '../backendUnderTest.js';
import { expectFailure } from '../data/pictureFiles.js';
import { tinyNetwork } from './tinyNetwork.js';

let model: InceptionModel;
beforeAll(async () => {
  await useBackendUnderTest();
  model = tinyNetwork();
});
afterAll(() => model.dispose());

describe('headWeightsOf', () => {
  it.each<{ given: HeadWeights | undefined; weights: object }>([
    { given: undefined, weights: { main: 1, auxiliary_3a: 0.3 } },
    { given: 0, weights: { main: 1, auxiliary_3a: 0 } },
    { given: [0.5, 0], weights: { main: 1, auxiliary_3a: [0.5, 0] } },
    { given: { auxiliary_3a: 0.4 }, weights: { main: 1, auxiliary_3a: 0.4 } },
    { given: { main: [0, 1] }, weights: { main: [0, 1], auxiliary_3a: 0.3 } },
  ])('$given: $weights, main first', ({ given, weights }) => {
    expect(Object.entries(headWeightsOf(model, given))).toEqual(Object.entries(weights));
  });

  it.each<{ given: unknown; message: RegExp }>([
    { given: -1, message: /^train\.headWeights: expected a number, 0 or more, or two: \[first, last\], got -1\.$/ },
    { given: [1], message: /^train\.headWeights: expected .*, got \[ 1 \]\.$/ },
    { given: { auxiliary_3a: [0.3, NaN] }, message: /^train\.headWeights\.auxiliary_3a: expected .*, got \[ 0\.3, NaN \]\.$/ },
    { given: { auxiliary_4a: 1 }, message: /^train\.headWeights: expected heads among main, auxiliary_3a, got 'auxiliary_4a'\.$/ },
    { given: '0.3', message: /^train\.headWeights: expected .*, got '0\.3'\.$/ },
  ])('$given is refused', async ({ given, message }) => {
    await expectFailure(() => headWeightsOf(model, given as HeadWeights), 'INVALID_ARGUMENT', message);
  });
});

describe('headWeightsAt', () => {
  it('a number stays; a pair moves in a straight line: 0.25, 0.5 and 0.75 of the way from 0.8 to 0.4', () => {
    const weights = { main: 1, auxiliary_3a: [0.8, 0.4] } as const;
    const expected = [0.8, 0.7, 0.6, 0.5, 0.4];
    [0, 0.25, 0.5, 0.75, 1].forEach((done, index) => {
      const [main, auxiliary] = headWeightsAt(weights, done);
      expect(main).toBe(1);
      expect(auxiliary).toBeCloseTo(expected[index], 12);
    });
  });

  it('begins with the first number exactly, and never leaves the two', () => {
    const weight = fc.double({ min: 0, max: 10, noNaN: true });
    fc.assert(
      fc.property(weight, weight, fc.double({ min: 0, max: 1, noNaN: true }), (first, last, done) => {
        expect(headWeightsAt({ main: [first, last] }, 0)).toEqual([first]);
        const [at] = headWeightsAt({ main: [first, last] }, done);
        expect(at).toBeGreaterThanOrEqual(Math.min(first, last) - 1e-12);
        expect(at).toBeLessThanOrEqual(Math.max(first, last) + 1e-12);
      }),
      { seed: 1 },
    );
  });
});
