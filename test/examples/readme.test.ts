import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bottleneck } from '../../examples/bottleneck.js';
import { concatAgainstAdd } from '../../examples/concatAgainstAdd.js';
import { dimensionReduction } from '../../examples/dimensionReduction.js';
import { freeBranches } from '../../examples/freeBranches.js';
import { largeKernels } from '../../examples/largeKernels.js';
import { notebook } from '../../examples/notebook.js';
import { oneByOne } from '../../examples/oneByOne.js';
import { runExample } from './runExample.js';

const FOLDER = join(__dirname, '..', '..', 'examples');
const readme = readFileSync(join(FOLDER, 'README.md'), 'utf8');
const outputs = new Map([...readme.matchAll(/^\$ npm run example -- (\w+)\n([^`]*)```/gm)].map(([, name, output]) => [name, output]));

describe('examples/README.md', () => {
  it('shows every example', () => {
    const names = readdirSync(FOLDER).flatMap((file) => (file.endsWith('.ts') ? [file.slice(0, -3)] : []));
    expect([...outputs.keys()].sort()).toEqual(names.sort());
  });

  it.each([
    { example: notebook },
    { example: concatAgainstAdd },
    { example: dimensionReduction },
    { example: freeBranches },
    { example: oneByOne },
    { example: largeKernels },
    { example: bottleneck },
  ])('shows what $example.name prints, line by line', async ({ example }) => {
    const { lines } = await runExample<unknown>(example);
    expect(outputs.get(example.name)).toBe(`${lines.join('\n')}\n`);
  });
});
