import { hasAuxiliaryHeads, networkSpec } from '../../src/spec/networkSpec.js';
import type { NetworkOptions } from '../../src/spec/options.js';
import type { NetworkSpec } from '../../src/spec/types.js';
import { validateSpec } from '../../src/spec/validateSpec.js';
import { EVERY_VARIANT } from '../networks/everyNetwork.js';

/** Every variant of every network, in each of several guises. */
const GUISES: readonly { guise: string; options: NetworkOptions }[] = [
  { guise: 'as published', options: {} },
  { guise: 'with heads', options: { auxiliaryHeads: true } },
  { guise: 'without top', options: { includeTop: false } },
  { guise: 'without top, pooled', options: { includeTop: false, pooling: 'max' } },
  { guise: 'narrow and small', options: { widthMultiplier: 0.3, stem: 'stride2', inputShape: [64, 64, 4], classes: 7, dropout: 0.3 } },
];
const SPECS = EVERY_VARIANT.flatMap(({ name, variant }) =>
  GUISES.filter(({ options }) => !options.auxiliaryHeads || hasAuxiliaryHeads(name)).map(({ guise, options }) => ({
    ...{ name, variant, guise },
    spec: networkSpec(name, { ...options, variant }),
  })),
);

it('20 variants as published, in 94 guises', () => {
  expect(SPECS.filter(({ guise }) => guise === 'as published')).toHaveLength(20);
  expect(SPECS).toHaveLength(94);
});

it.each(SPECS)('$name $variant $guise comes back from JSON unchanged', ({ spec }) => {
  const read = JSON.parse(JSON.stringify(spec)) as NetworkSpec;
  expect(read).toStrictEqual(spec);
  expect(validateSpec(read)).toStrictEqual(spec);
});
