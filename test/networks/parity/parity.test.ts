import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { useBackend } from '../../../src/backends/useBackend.js';
import type { InceptionModel } from '../../../src/networks/inceptionModel.js';
import type { ModuleStep, NetworkSpec } from '../../../src/spec/types.js';
import { EACH_BACKEND, useBackendUnderTest } from '../../backendUnderTest.js';
import { difference } from '../../layers/difference.js';
import { filledNetwork, outputsFor, specOfCase } from './filledNetwork.js';
import { numbers } from './formula.js';
import { CASES, readGolden, type Golden, type ParityCase } from './golden.js';

// Every weight is filled afterwards; drawing millions of them first takes longer than all that follows.
jest.mock('../../../src/blocks/buildContext.js', () => ({
  ...jest.requireActual<object>('../../../src/blocks/buildContext.js'),
  kernelInitializer: () => jest.requireActual<typeof import('@tensorflow/tfjs')>('@tensorflow/tfjs').initializers.zeros(),
}));

/** Outputs that are further from the original's than 1e-4, as max|a − b| / max|b|; none is as it should be. */
function tooFar(found: Record<string, Float32Array>, { outputs, metadata }: Golden): string[] {
  return outputs.flatMap(({ name, values }) => {
    const far = difference(found[name], values);
    return far <= Number(metadata.tolerance) ? [] : [`${name}: ${far.toExponential(1)} from ${metadata.tool}`];
  });
}

describe('the formula of the weights', () => {
  it('gives the same bits in TypeScript as in Python for kernels, biases and batch normalisation', () => {
    const { outputs } = readGolden('formula');
    expect(outputs).toHaveLength(8);
    for (const { name, shape, values } of outputs) expect([name, numbers(name, shape)]).toEqual([name, values]);
  });
});

describe('at full width, with weights by the formula, every network differs from the original by at most 1e-4', () => {
  describe.each(CASES)('$name, as $tool has it', (parity) => {
    let golden: Golden;
    let model: InceptionModel;

    beforeAll(async () => {
      golden = readGolden(parity.name);
      await useBackendUnderTest();
      model = filledNetwork(specOfCase(parity));
    });
    afterAll(() => {
      model?.dispose();
    });

    const backends = EACH_BACKEND.filter((backend) => backend !== 'cpu' || !parity.slowOnCpu);
    it.each(backends)('in three endpoints and every logit on %s', async (backend) => {
      await useBackend(backend);
      expect(golden.outputs.map(({ name }) => name).sort()).toEqual(
        [...Object.keys(parity.endpoints), ...['main', ...(parity.heads ?? [])].map((head) => `${head}_logits`)].sort(),
      );
      expect(golden.metadata).toMatchObject({ tolerance: '0.0001', seed: '5' });
      expect(tooFar(outputsFor(model, golden), golden)).toEqual([]);
    });
  });
});

describe('a network that is not quite the original is further than 1e-4 from it', () => {
  const parity = CASES.find(({ name }) => name === 'inception-v2-slim-64') as ParityCase;

  /** The spec with each of its modules changed. */
  const withModules = (spec: NetworkSpec, change: (module: ModuleStep) => ModuleStep): NetworkSpec => ({
    ...spec,
    trunk: spec.trunk.map((step) => (step.op === 'module' ? change(step) : step)),
  });
  const swapped = ({ branches, ...module }: ModuleStep): ModuleStep =>
    module.name === 'inception_5b' ? { ...module, branches: [...branches.slice(0, 2), branches[3], branches[2]] } : { ...module, branches };
  const counting = (module: ModuleStep): ModuleStep => ({
    ...module,
    branches: module.branches.map((branch) =>
      branch.map((step) => (step.op === 'averagePool' ? { ...step, padding: { zeros: 1 } } : step)),
    ),
  });
  const withEpsilon = (spec: NetworkSpec, epsilon: number): NetworkSpec => ({
    ...spec,
    convolution: { ...spec.convolution, batchNormalization: { ...spec.convolution.batchNormalization, epsilon } },
  });

  it.each<{ fault: string; change: (spec: NetworkSpec) => NetworkSpec; outputs: string[] }>([
    { fault: 'two branches of the last module swapped', change: (spec) => withModules(spec, swapped), outputs: ['inception_5b'] },
    {
      fault: 'averages that count the padding',
      change: (spec) => withModules(spec, counting),
      outputs: ['inception_3c', 'inception_5b'],
    },
    {
      fault: 'an epsilon of 1e-5 for 1e-3',
      change: (spec) => withEpsilon(spec, 1e-5),
      outputs: ['inception_3c', 'inception_5b'],
    },
  ])('$fault', async ({ change, outputs }) => {
    await useBackendUnderTest();
    const golden = readGolden(parity.name);
    const model = filledNetwork(change(specOfCase(parity)));
    const far = tooFar(outputsFor(model, golden), golden).map((line) => line.split(':')[0]);
    model.dispose();
    expect(far.sort()).toEqual([...outputs, 'main_logits'].sort());
  });
});

describe('the golden files', () => {
  it('are those of the cases and the formula, each below 1 MB, with their tool and command', () => {
    const files = readdirSync(join(__dirname, 'golden'));
    expect(files.sort()).toEqual(['formula', ...CASES.map(({ name }) => name)].map((name) => `${name}.safetensors`).sort());
    for (const file of files) expect(statSync(join(__dirname, 'golden', file)).size).toBeLessThan(1e6);
    for (const { name, tool } of CASES) {
      const { metadata } = readGolden(name);
      expect(metadata.tool).toContain(tool === 'table' ? 'no library: torch' : `${tool} `);
      expect(metadata.command).toBe(`bash scripts/parity/run.sh write ${name}`);
    }
  });

  it('a missing one is named with the command that makes it', () => {
    expect(() => readGolden('no-such-network')).toThrow(
      'no-such-network.safetensors is missing. Make it with: bash scripts/parity/run.sh write no-such-network',
    );
  });
});
