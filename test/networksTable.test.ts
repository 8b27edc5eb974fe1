import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { costOf } from '../src/cost/costOf.js';
import { grouped } from '../src/cost/textTable.js';
import { minimumInputSize } from '../src/spec/inputSizes.js';
import { hasAuxiliaryHeads, NETWORK_NAMES, networkSpec, variantsOf } from '../src/spec/networkSpec.js';

const page = (file: string): string => readFileSync(join(__dirname, '..', file), 'utf8');

/** The cells of a table's rows, from the row under its rule on. */
function rowsUnder(text: string, head: string): string[][] {
  const lines = text.slice(text.indexOf(head)).split('\n').slice(2);
  const end = lines.findIndex((line) => !line.startsWith('|'));
  return lines.slice(0, end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

it.each(NETWORK_NAMES)('%s: hasAuxiliaryHeads says whether its variants take auxiliaryHeads', (network) => {
  for (const variant of variantsOf(network)) expect(headed(network, variant) !== undefined).toBe(hasAuxiliaryHeads(network));
});

const quoted = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, word]) => word);

/** What the page says of a variant, in its words. */
function said(network: string, variant: string): string[] {
  const spec = networkSpec(network, { variant });
  const { parameters, multiplyAdds } = costOf(spec);
  const withHeads = headed(network, variant);
  const still = parameters.nonTrainable === 0 ? '' : ` (+${grouped(parameters.nonTrainable)})`;
  return [
    `${spec.inputShape[0]}`,
    `${grouped(parameters.trainable)}${still}`,
    withHeads ? grouped(costOf(withHeads).parameters.trainable) : '–',
    grouped(multiplyAdds),
    `${minimumInputSize(spec)}${withHeads ? ` (${minimumInputSize(withHeads)})` : ''}`,
  ];
}

function headed(network: string, variant: string): ReturnType<typeof networkSpec> | undefined {
  try {
    return networkSpec(network, { variant, auxiliaryHeads: true });
  } catch (error) {
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', message: expect.stringContaining('has no auxiliary heads') });
    return undefined;
  }
}

describe('the tables of networks', () => {
  const builders: Record<string, string> = {
    googLeNet: 'googlenet',
    inceptionV2: 'inception-v2',
    inceptionV3: 'inception-v3',
    inceptionV4: 'inception-v4',
    inceptionResNetV1: 'inception-resnet-v1',
    inceptionResNetV2: 'inception-resnet-v2',
    xception: 'xception',
  };

  it("docs/networks.md has every variant of every network once, the default first, with the specs' own numbers", () => {
    let network = '';
    const found = rowsUnder(page('docs/networks.md'), '| network | builder |').flatMap(([, builder, variants, ...numbers]) => {
      network = builder === '' ? network : builders[quoted(builder)[0]];
      return quoted(variants).map((variant) => ({ network, variant, numbers }));
    });
    const expected = NETWORK_NAMES.flatMap((name) =>
      variantsOf(name).map((variant) => ({ network: name, variant, numbers: said(name, variant) })),
    );
    expect(found).toEqual(expected);
  });

  it("README.md has every network with its default variant's numbers and all its variants", () => {
    const found = rowsUnder(page('README.md'), '| network | `npx inception summary').map(
      ([, name, parameters, multiplyAdds, input, variants]) => ({
        name: quoted(name)[0],
        numbers: [parameters, multiplyAdds, input],
        variants: quoted(variants),
      }),
    );
    const expected = NETWORK_NAMES.map((name) => {
      const [input, parameters, , multiplyAdds, least] = said(name, variantsOf(name)[0]);
      const smallest = least.split(' ')[0];
      return { name, numbers: [parameters.split(' ')[0], multiplyAdds, `${input} (${smallest})`], variants: [...variantsOf(name)] };
    });
    expect(found).toEqual(expected);
  });
});
